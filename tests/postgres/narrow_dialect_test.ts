import assert from "node:assert/strict";
import { sql } from "kysely";
import { seedCity } from "../../cli/dev/seed_city.ts";
import { buildCity } from "../../sandbox/city/build_city.ts";
import { dropMonth } from "../../server/modules/audit/archive/store.ts";
import { ensurePartitions, missingPartitions } from "../../server/platform/partitions.ts";
import { PARTITIONED } from "../../server/schema.ts";
import { testAudit } from "../audit.ts";
import { assertBooksAgree } from "../books.ts";
import { testDb } from "../db.ts";
import { asProduct } from "../dialect_of.ts";
import { startPostgresServer } from "../postgres_server.ts";
import { testRowTags } from "../sealer.ts";
import { act, orderAllBills, payShownCode, settle } from "../visit.ts";
import { openWorld, START, TestClock } from "../world.ts";

// What openGauss lacks is left out on a server that has it: nothing falls back to it by mistake.
Deno.test("the dialect of openGauss: no partitions, no ON CONFLICT, and a visit is paid", async () => {
  await using server = await startPostgresServer();
  const own = await testDb(START, asProduct("opengauss"), server.url);
  const clock = new TestClock(new Date(START.getTime() - 1_000));
  const seed = { db: own.db, clock, audit: testAudit(clock), rowTags: testRowTags() };
  await seedCity(seed, buildCity());
  await using world = await openWorld({ own });

  let order = await orderAllBills(world, "two_bills");
  order = await act(world, order, "confirm", { quoteVersion: 1 });
  order = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
  await payShownCode(world, order);
  order = await settle(world, order);
  assert.equal(order.stage, "completed", JSON.stringify(order));
  await assertBooksAgree(world, "in the dialect of openGauss");

  const { db } = own;
  await ensurePartitions(db, PARTITIONED, START);
  assert.deepEqual(await missingPartitions(db, PARTITIONED, START), []);
  const { rows } = await sql`select 1 from pg_class where relkind = 'p' or relispartition`
    .execute(db);
  assert.deepEqual(rows, []);

  const count = async () =>
    (await sql<{ n: bigint }>`select count(*) as n from audit_event`.execute(db)).rows[0]?.n ?? 0n;
  assert.ok(await count() > 0n);
  const month = START.toISOString().slice(0, 7);
  await db.transaction().execute((tx) => dropMonth(tx, month));
  assert.equal(await count(), 0n);
});
