import { startPostgresServer } from "../postgres_server.ts";
import { OLD, upgradedDb } from "../upgrade.ts";
import { upgradeSteps } from "../upgrade_steps.ts";
import { openWorld, START } from "../world.ts";

Deno.test("rows of the last version hold after an upgrade on PostgreSQL", async (t) => {
  await using server = await startPostgresServer();
  await using world = await openWorld({ own: await upgradedDb(server.url) });
  world.clock.advance(new Date(OLD.clock).getTime() - START.getTime() + 1_000);
  await upgradeSteps(t, world);
});
