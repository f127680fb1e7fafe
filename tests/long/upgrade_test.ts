import { OLD, upgradedDb } from "../upgrade.ts";
import { upgradeSteps } from "../upgrade_steps.ts";
import { openWorld, START } from "../world.ts";

Deno.test("rows of the last version hold after an upgrade, embedded", async (t) => {
  await using world = await openWorld({ own: await upgradedDb() });
  world.clock.advance(new Date(OLD.clock).getTime() - START.getTime() + 1_000);
  await upgradeSteps(t, world);
});
