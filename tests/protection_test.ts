import assert from "node:assert/strict";
import { sql } from "kysely";
import { COLUMN_DATA_KEY, keyVersionOf, openColumnSealer } from "../crypto/envelope.ts";
import { portableEngine } from "../crypto/providers/portable.ts";
import { SoftwareProvider } from "../crypto/providers/software.ts";
import { developmentKeys } from "../cli/dev/development_keys.ts";
import { systemActor } from "../server/modules/audit/actor.ts";
import { ORGANISATION_TAGGED } from "../server/modules/access/tables.ts";
import { POSTING_TAGGED } from "../server/modules/ledger/tables.ts";
import { integrityWork } from "../server/platform/integrity.ts";
import { ADOPTION_TAGGED } from "../server/platform/row_adoption.ts";
import { isUnchanged, tagOf } from "../server/platform/tagged_table.ts";
import { openAdoptions } from "../server/protection/adoption.ts";
import { SETTING_DEFAULTS } from "../server/modules/settings/setting.ts";
import { SILENT_LOG } from "../server/platform/log.ts";
import { actOnUpkeep, readIntegrity, readSeals } from "../server/protection/protection.ts";
import { TAGGED_TABLES } from "../server/protection/tagged_tables.ts";
import { startNightlyCheck, workProtection } from "../server/protection/upkeep_works.ts";
import { checkRows, pass } from "./check_rows.ts";
import { addPerson, Browser, signInEnrolling } from "./console.ts";
import { act, orderAllBills, payShownCode, readOrder, settle } from "./visit.ts";
import { openWorld, type World } from "./world.ts";

const ACTOR = systemActor("test");
const ROUNDS_MAX = 50;

/** A visit paid, and one paid and refunded: rows in every table that money depends on. */
async function openVisits(): Promise<World> {
  const world = await openWorld();
  const order = await orderAllBills(world, "two_bills");
  await act(world, order, "confirm", { quoteVersion: order.quote?.version });
  const shown = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
  await payShownCode(world, shown);
  assert.equal((await settle(world, order)).state, "completed");
  return world;
}

const OTHER_VALUE: Readonly<Record<string, (column: string) => string>> = {
  text: (column) => `coalesce(${column}, '') || 'x'`,
  uuid: () => "'019a8f3e-5c00-7abc-8def-0123456789ab'",
  bigint: (column) => `coalesce(${column}, 0) + 1`,
  integer: (column) => `coalesce(${column}, 0) + 1`,
  boolean: (column) => `not coalesce(${column}, false)`,
  "timestamp with time zone": (column) =>
    `coalesce(${column}, '2026-11-18T00:00:00Z') + interval '1 second'`,
};

const MONEY = new Set([
  "checkout_order",
  "checkout_leg",
  "insurance_claim",
  "ledger_posting",
  "payment_trade",
  "payment_refund",
]);

Deno.test("rows that decide money are checked", async (t) => {
  await using world = await openVisits();
  const { db } = world.own;
  await giveBack(world);

  await t.step("as the platform wrote them they all fit", async () => {
    assert.deepEqual(await checkRows(world), []);
  });

  await t.step("every deciding column changed by SQL is found, and the row named", async () => {
    const { rowTags } = world.services;
    for (const tagged of TAGGED_TABLES.filter((of) => MONEY.has(of.table))) {
      const { table, columns, key } = tagged;
      const work = integrityWork({ db, rowTags }, tagged);
      await dropChecks(world, table);
      for (const column of columns) {
        const undo = await changeOne(world, { table, column, key });
        const { broken } = await work.batch(null);
        assert.deepEqual(broken.map(({ why }) => why), ["changed"], `${table}.${column}`);
        if (!key.includes(column)) assert.equal(broken[0]?.rowId, undo.rowId);
        await undo.undo();
      }
      assert.deepEqual((await work.batch(null)).broken, [], table);
    }
  });

  await t.step(
    "rows of rights, passwords and settings fit, and a changed role is found",
    async () => {
      const permissions = ["person.read"] as const;
      await addPerson(world, { login: "checked", permissions });
      assert.deepEqual(await checkRows(world), []);
      const role = await db.selectFrom("role").select(["id", "permissions"])
        .where("name", "=", "role of checked").executeTakeFirstOrThrow();
      const put = (text: string) =>
        db.updateTable("role").set({ permissions: text }).where("id", "=", role.id).execute();
      await put(JSON.stringify(["person.export", "person.read"]));
      assert.deepEqual(await checkRows(world), [{ table: "role", rowId: role.id, why: "changed" }]);
      await put(role.permissions);
      const brand = await db.selectFrom("setting").select("value").executeTakeFirstOrThrow();
      await db.updateTable("setting").set({ value: `${brand.value} ` }).execute();
      assert.deepEqual((await checkRows(world)).map(({ table }) => table), ["setting"]);
      await db.updateTable("setting").set({ value: brand.value }).execute();
    },
  );

  await t.step("a tag copied from another row, and two rows' tags swapped, are found", async () => {
    const [first, second] = await db.selectFrom("ledger_posting").selectAll().orderBy("order_id")
      .orderBy("n").limit(2).execute();
    assert.ok(first && second && first.order_id === second.order_id);
    const put = (n: number, tag: Uint8Array | null) =>
      db.updateTable("ledger_posting").set({ tag }).where("n", "=", n)
        .where("order_id", "=", first.order_id).execute();
    await put(second.n, first.tag);
    assert.equal((await checkRows(world)).length, 1);
    await put(first.n, second.tag);
    assert.equal((await checkRows(world)).length, 2);
    await put(first.n, first.tag);
    await put(second.n, second.tag);
  });

  await t.step("a row without a tag is found", async () => {
    const posting = await db.selectFrom("ledger_posting").selectAll().limit(1)
      .executeTakeFirstOrThrow();
    const put = (tag: Uint8Array | null) =>
      db.updateTable("ledger_posting").set({ tag }).where("order_id", "=", posting.order_id)
        .where("n", "=", posting.n).execute();
    await put(null);
    const broken = await checkRows(world);
    assert.deepEqual(broken.map(({ table, why }) => `${table} ${why}`), [
      "ledger_posting untagged",
    ]);
    await put(posting.tag);
  });

  await t.step("the trail has beginning, end and each broken row", async () => {
    const kinds = await db.selectFrom("audit_event").select(["kind", "object_id"])
      .where("kind", "like", "platform.integrity%").execute();
    const count = (kind: string) => kinds.filter((event) => event.kind === kind).length;
    assert.ok(count("platform.integrity_broken") >= 6);
    assert.equal(count("platform.integrity_check_started"), count("platform.integrity_checked"));
  });
});

Deno.test("rows of before there were tags are given theirs once, and never again", async (t) => {
  await using world = await openVisits();
  const { own: { db }, services: { protection } } = world;
  const untag = async (table: "ledger_posting" | "organisation") =>
    void await db.updateTable(table).set({ tag: null }).execute();
  const untagged = async () => {
    const rows = await Promise.all(
      (["ledger_posting", "organisation"] as const).map((table) =>
        db.selectFrom(table).select("tag").where("tag", "is", null).execute()
      ),
    );
    return rows.flat().length;
  };
  await untag("ledger_posting");
  await untag("organisation");
  const made = await db.selectFrom("ledger_posting").selectAll().executeTakeFirstOrThrow();
  const node = await db.selectFrom("organisation").select(["id", "parent_id", "kind", "code"])
    .select(["path", "tag"]).where("kind", "=", "town").limit(1).executeTakeFirstOrThrow();
  const counts = async () => {
    const { rowTags } = protection;
    return [
      await isUnchanged(db, rowTags, { tagged: POSTING_TAGGED, row: made }),
      await isUnchanged(db, rowTags, { tagged: ORGANISATION_TAGGED, row: node }),
    ];
  };

  await t.step("before a platform started they count for nothing", async () => {
    assert.deepEqual(await counts(), [false, false]);
  });

  await t.step(
    "they count from its start on, which is told, by however many processes",
    async () => {
      const other = world.another();
      await Promise.all([openAdoptions(protection), openAdoptions(other.protection)]);
      assert.deepEqual(await counts(), [true, true]);
      const later = new Date("2026-12-31T00:00:00Z");
      const row = { ...made, posted_at: later };
      assert.equal(
        await isUnchanged(db, protection.rowTags, { tagged: POSTING_TAGGED, row }),
        false,
        "one that should have had a tag",
      );
    },
  );

  await t.step("the first check gives them theirs", async () => {
    assert.deepEqual(await checkRows(world), []);
    assert.equal(await untagged(), 0);
    const told = await db.selectFrom("audit_event").select(["object_id", "fields"])
      .where("kind", "=", "platform.rows_adopted").execute();
    const rows = new Map(told.map((event) => [event.object_id, JSON.parse(event.fields).rows]));
    const postings = await db.selectFrom("ledger_posting").select("n").execute();
    assert.equal(rows.get("ledger_posting"), postings.length);
    assert.equal(rows.get("setting"), 0, "nothing to adopt, and over all the same");
  });

  await t.step("a tag taken away afterwards is no way around", async () => {
    await db.updateTable("organisation").set({ tag: null }).where("id", "=", node.id).execute();
    assert.deepEqual(await counts(), [false, false]);
    await openAdoptions(protection);
    assert.deepEqual(await checkRows(world), [
      { table: "organisation", rowId: node.id, why: "untagged" },
    ]);
    assert.equal(await untagged(), 1);
  });

  await t.step("nor is the adoption's own row: opened again, or taken away", async () => {
    const row = await db.selectFrom("row_adoption").selectAll()
      .where("table_name", "=", "organisation").executeTakeFirstOrThrow();
    await db.updateTable("row_adoption").set({ ended_at: null }).execute();
    assert.deepEqual(await counts(), [false, false]);
    const named = async () =>
      (await checkRows(world)).filter(({ table }) => table === "row_adoption")
        .map(({ rowId }) => rowId);
    assert.ok((await named()).includes("organisation"));
    await db.updateTable("row_adoption").set({ ended_at: row.ended_at }).execute();
    await db.deleteFrom("row_adoption").where("table_name", "=", "organisation").execute();
    assert.deepEqual(await openAdoptions(protection), ["organisation"]);
    assert.ok((await named()).includes("organisation"));
    assert.deepEqual(await counts(), [false, false]);
  });

  await t.step("nor is a whole older state of it, once its time is over", async () => {
    const { tag: _tag, ...columns } = await db.selectFrom("row_adoption").selectAll()
      .where("table_name", "=", "ledger_posting").executeTakeFirstOrThrow();
    const put = async (open_until: Date) => {
      const row = { ...columns, open_until, ended_at: null };
      const tag = await tagOf(protection.rowTags, ADOPTION_TAGGED, row);
      await db.updateTable("row_adoption").set({ open_until, ended_at: null, tag })
        .where("table_name", "=", "ledger_posting").execute();
      return (await counts())[0];
    };
    assert.equal(await put(columns.open_until), true);
    assert.equal(await put(columns.opened_at), false);
  });
});

Deno.test("sealed anew, a tagged row keeps a tag that fits, one written into does not get it", async () => {
  await using world = await openWorld();
  const { own: { db }, services: { protection } } = world;
  const ids: string[] = [];
  for (const login of ["one", "two"]) {
    ids.push(await addPerson(world, { login, duty: "audit" }));
    await signInEnrolling(world, new Browser(world), login);
  }
  const [one = "", two = ""] = ids;
  await db.updateTable("totp_factor").set({ enrolled_at: new Date(0) })
    .where("account_id", "=", two).execute();
  const changed = [{ table: "totp_factor", rowId: two, why: "changed" }];
  assert.deepEqual(await checkRows(world), changed);
  await pass(world, { ...protection, sealer: await sealerOfTwoVersions() }, "reseal");
  const rows = await db.selectFrom("totp_factor").selectAll().execute();
  assert.deepEqual(rows.map((row) => keyVersionOf(row.secret_sealed)), [2, 2]);
  assert.ok(rows.some(({ account_id }) => account_id === one));
  assert.deepEqual(await checkRows(world), changed);
});

/** A second order, paid and given back: a refund is in the books. */
async function giveBack(world: World): Promise<void> {
  const order = await orderAllBills(world, "one_bill_resident", "self_pay");
  await act(world, order, "confirm", { quoteVersion: order.quote?.version });
  const shown = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
  await payShownCode(world, shown);
  await act(world, order, "cancel");
  assert.equal((await settle(world, order)).state, "unwound");
}

async function dropChecks({ own }: World, table: string): Promise<void> {
  const { rows } = await sql<{ conname: string }>`select conname from pg_constraint
    where contype = 'c' and conrelid = ${table}::regclass`.execute(own.db);
  for (const { conname } of rows) {
    await sql`alter table ${sql.table(table)} drop constraint ${sql.ref(conname)}`.execute(own.db);
  }
}

async function changeOne(
  { own }: World,
  { table, column, key }: {
    readonly table: string;
    readonly column: string;
    readonly key: readonly string[];
  },
): Promise<{ rowId: string; undo: () => Promise<void> }> {
  const { rows: [type] } = await sql<{ data_type: string }>`select data_type
    from information_schema.columns where table_name = ${table} and column_name = ${column}`
    .execute(own.db);
  const { rows: [row] } = await sql<Record<string, unknown>>`select * from ${sql.table(table)}
    order by ${sql.join(key.map((name) => sql`${sql.ref(name)} desc`))} limit 1`.execute(own.db);
  assert.ok(row && type, `${table}.${column}`);
  const other = OTHER_VALUE[type.data_type];
  assert.ok(other, `${table}.${column}: ${type.data_type}`);
  const at = (of: Record<string, unknown>) =>
    sql.join(key.map((name) => sql`${sql.ref(name)} = ${of[name]}`), sql` and `);
  const { rows: [after] } = await sql<Record<string, unknown>>`update ${sql.table(table)}
    set ${sql.ref(column)} = ${sql.raw(other(column))} where ${at(row)} returning *`.execute(
    own.db,
  );
  assert.ok(after);
  return {
    rowId: key.map((name) => {
      const value = row[name];
      return value instanceof Date ? value.toISOString() : String(value);
    }).join(" "),
    async undo() {
      await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${row[column]}
        where ${at(after)}`.execute(own.db);
    },
  };
}

Deno.test("an order somebody wrote into is not driven on, and people are told once", async (t) => {
  const errors: string[] = [];
  const log = { ...SILENT_LOG, error: (message: string) => void errors.push(message) };
  await using world = await openWorld({ log });
  const { db } = world.own;
  const order = await orderAllBills(world, "two_bills");
  const row = await db.selectFrom("checkout_order").selectAll().where("id", "=", order.id)
    .executeTakeFirstOrThrow();
  await db.updateTable("checkout_order")
    .set({ cash_fen: 1n, account_fen: 0n, other_fen: 0n, fund_fen: 0n, total_fen: 1n })
    .where("id", "=", order.id).execute();

  await t.step("neither for the terminal nor for the worker", async () => {
    const reply = await world.call("POST", `/orders/${order.id}/confirm`, { quoteVersion: 1 });
    assert.equal(reply.status, 409);
    assert.equal((await reply.json()).code, "checkout.order_changed");
    world.clock.advance(3_600_000);
    await world.work();
    const { state } = await db.selectFrom("checkout_order").select("state")
      .where("id", "=", order.id).executeTakeFirstOrThrow();
    assert.equal(state, row.state);
  });

  await t.step("the terminal calls staff and shows none of its figures", async () => {
    const shown = await readOrder(world, order);
    assert.equal(shown.stage, "attention");
    assert.equal(shown.quote, null);
    assert.equal(shown.cancellable, false);
  });

  await t.step(
    "one event, one error and one line in the list, however often it is tried",
    async () => {
      world.clock.advance(120_000);
      await world.work();
      const events = await db.selectFrom("audit_event").selectAll()
        .where("kind", "=", "platform.integrity_broken").execute();
      assert.deepEqual(events.map((event) => event.order_id), [order.id]);
      assert.equal(
        errors.filter((error) => error === "Row was changed past the platform").length,
        1,
      );
      const { alarms } = await readIntegrity(world.services.protection);
      assert.deepEqual(alarms.map(({ table, rowId }) => [table, rowId]), [
        ["checkout_order", `${order.id} ${row.at.toISOString()}`],
      ]);
    },
  );

  await t.step("what cannot be read any more is told too", async () => {
    await db.updateTable("checkout_order").set({ payable: "{" }).where("id", "=", order.id)
      .execute();
    const reply = await world.call("POST", `/orders/${order.id}/cancel`);
    assert.equal((await reply.json()).code, "checkout.order_changed");
  });

  await t.step("a check that finds it broken keeps it in the list", async () => {
    assert.deepEqual((await checkRows(world)).map(({ table }) => table), ["checkout_order"]);
    assert.equal((await readIntegrity(world.services.protection)).alarms.length, 1);
  });

  await t.step("put right, it goes on, and the next check takes it off the list", async () => {
    const { cash_fen, account_fen, other_fen, fund_fen, total_fen, payable } = row;
    await db.updateTable("checkout_order")
      .set({ cash_fen, account_fen, other_fen, fund_fen, total_fen, payable })
      .where("id", "=", order.id).execute();
    assert.equal((await settle(world, order)).state, "unwound");
    assert.deepEqual(await checkRows(world), []);
    assert.deepEqual((await readIntegrity(world.services.protection)).alarms, []);
  });
});

Deno.test("a setting somebody wrote into decides nothing, and people are told once", async () => {
  await using world = await openWorld({ profile: { confirmWaitMs: 600_000 } });
  const { db } = world.own;
  const waitOf = async () => {
    world.clock.advance(10_000);
    const { settings } = await world.services.sites.get(world.terminal.id);
    return settings.get("checkout.profile").confirmWaitMs;
  };
  assert.equal(await waitOf(), 600_000);
  const { value } = await db.selectFrom("setting").select("value")
    .where("name", "=", "checkout.profile").executeTakeFirstOrThrow();
  const put = (text: string) =>
    db.updateTable("setting").set({ value: text }).where("name", "=", "checkout.profile").execute();
  await put(value.replace("600000", "10000"));
  assert.equal(await waitOf(), SETTING_DEFAULTS["checkout.profile"].confirmWaitMs);
  assert.equal(await waitOf(), SETTING_DEFAULTS["checkout.profile"].confirmWaitMs);
  const { alarms } = await readIntegrity(world.services.protection);
  assert.deepEqual(alarms.map(({ table }) => table), ["setting"]);
  const events = await db.selectFrom("audit_event").select("object_id")
    .where("kind", "=", "platform.integrity_broken").execute();
  assert.equal(events.length, 1);
  await put(value);
  assert.equal(await waitOf(), 600_000);
});

Deno.test("rows are checked every night without anybody asking", async (t) => {
  await using world = await openWorld();
  const { clock, services: { protection } } = world;
  const end = async () => {
    for (let n = 0; n < ROUNDS_MAX; n++) await workProtection(protection, "integrity");
    assert.equal((await readIntegrity(protection)).run?.state, "done");
  };
  const HOUR_MS = 3_600_000;

  await t.step("at once when there was none, by one process only", async () => {
    const other = world.another();
    const started = await Promise.all([
      startNightlyCheck(protection),
      startNightlyCheck(other.protection),
    ]);
    assert.equal(started.filter((run) => run !== null).length, 1);
    assert.equal(await startNightlyCheck(protection), null);
    await end();
  });

  await t.step("then not by day, and once at night", async () => {
    clock.advance(12 * HOUR_MS); // 21:00 in Beijing
    assert.equal(await startNightlyCheck(protection), null);
    clock.advance(6 * HOUR_MS); // 03:00
    assert.equal(await startNightlyCheck(protection), null, "the last one is not a day old");
    clock.advance(24 * HOUR_MS);
    assert.ok(await startNightlyCheck(protection));
    await end();
    clock.advance(HOUR_MS);
    assert.equal(await startNightlyCheck(protection), null);
  });

  await t.step("and by day where nobody was there at night", async () => {
    clock.advance(44 * HOUR_MS);
    assert.ok(await startNightlyCheck(protection));
  });

  const ofRun = async () => (await readIntegrity(protection)).run?.state;

  await t.step("one that somebody paused goes on the next night, which is told", async () => {
    await actOnUpkeep(protection, ACTOR, { kind: "integrity", action: "pause" });
    clock.advance(HOUR_MS);
    assert.equal(await startNightlyCheck(protection), null);
    assert.equal(await ofRun(), "paused");
    clock.advance(44 * HOUR_MS);
    assert.equal(await startNightlyCheck(protection), null);
    assert.equal(await ofRun(), "running");
    const told = await world.own.db.selectFrom("audit_event").select("fields")
      .where("kind", "=", "platform.upkeep_changed").orderBy("id").execute();
    assert.deepEqual(told.map(({ fields }) => JSON.parse(fields).action), ["pause", "resume"]);
  });

  await t.step("one that a release with other tables began begins anew", async () => {
    await world.own.db.updateTable("upkeep_run")
      .set({ tables_done: 3, table_name: "gone", place: '["no key of ours"]' })
      .where("ended_at", "is", null).execute();
    await end();
    const done = await world.own.db.selectFrom("upkeep_run").select("tables_done")
      .orderBy("id", "desc").limit(1).executeTakeFirstOrThrow();
    assert.ok(done.tables_done > TAGGED_TABLES.length);
    clock.advance(44 * HOUR_MS);
    assert.ok(await startNightlyCheck(protection));
  });

  await t.step("times written by SQL, far ahead, put none off", async () => {
    const ahead = new Date(clock.now().getTime() + 10_000 * HOUR_MS);
    await world.own.db.updateTable("upkeep_run").set({ claimed_until: ahead })
      .where("ended_at", "is", null).execute();
    await end();
    await world.own.db.updateTable("upkeep_run").set({ started_at: ahead }).execute();
    assert.ok(await startNightlyCheck(protection));
  });
});

Deno.test("columns are sealed anew while the platform serves (R-SEC-12)", async (t) => {
  await using world = await openVisits();
  const { db } = world.own;
  const deps = { ...world.services.protection, sealer: await sealerOfTwoVersions() };

  await t.step("rows under the old version are counted by table", async () => {
    const { newestVersion, older } = await readSeals(deps);
    assert.equal(newestVersion, 2);
    assert.deepEqual(older.map(({ table }) => table), [
      "patient",
      "identification",
      "insurance_coverage",
      "payment_evidence",
      "checkout_order",
    ]);
  });

  await t.step("paused it rests, resumed it goes on, and one of a kind runs", async () => {
    await actOnUpkeep(deps, ACTOR, { kind: "reseal", action: "start" });
    await assert.rejects(actOnUpkeep(deps, ACTOR, { kind: "reseal", action: "start" }), {
      code: "platform.upkeep_running",
    });
    await assert.rejects(actOnUpkeep(deps, ACTOR, { kind: "reseal", action: "resume" }), {
      code: "platform.no_upkeep_running",
    });
    await actOnUpkeep(deps, ACTOR, { kind: "reseal", action: "pause" });
    assert.equal(await workProtection(deps, "reseal"), 0);
    await actOnUpkeep(deps, ACTOR, { kind: "reseal", action: "resume" });
    await actOnUpkeep(deps, ACTOR, { kind: "reseal", action: "cancel" });
    assert.equal(await workProtection(deps, "reseal"), 0);
    assert.equal((await readSeals(deps)).run?.state, "cancelled");
    const told = await db.selectFrom("audit_event").select(["fields", "actor_name"])
      .where("kind", "=", "platform.upkeep_changed").orderBy("id").execute();
    assert.deepEqual(told.map(({ fields }) => JSON.parse(fields).action).sort(), [
      "cancel",
      "pause",
      "resume",
    ]);
    assert.ok(told.every((event) => event.actor_name === ACTOR.name));
  });

  await t.step(
    "a round that fails lets the pass go: whoever tries next need not wait",
    async () => {
      const noKeys = {
        ...deps.sealer,
        open: () => Promise.reject(new Error("no keys")),
      };
      await actOnUpkeep(deps, ACTOR, { kind: "reseal", action: "start" });
      await assert.rejects(workProtection({ ...deps, sealer: noKeys }, "reseal"), /no keys/);
      await assert.rejects(workProtection({ ...deps, sealer: noKeys }, "reseal"), /no keys/);
      await actOnUpkeep(deps, ACTOR, { kind: "reseal", action: "cancel" });
    },
  );

  await t.step("what was written meanwhile stays; what does not open is named", async () => {
    const patient = await db.selectFrom("patient").selectAll().executeTakeFirstOrThrow();
    const newer = await deps.sealer.seal("patient.name", "Newer");
    const writesBetween = {
      ...deps.sealer,
      async open(column: string, sealed: Uint8Array) {
        if (column === "patient.name") {
          await db.updateTable("patient").set({ name_sealed: newer }).execute();
        }
        return await deps.sealer.open(column, sealed);
      },
    };
    const evidence = await db.selectFrom("payment_evidence").selectAll().executeTakeFirstOrThrow();
    const bad = evidence.body_sealed.with(20, (evidence.body_sealed[20] ?? 0) ^ 1);
    await db.updateTable("payment_evidence").set({ body_sealed: bad })
      .where("id", "=", evidence.id).execute();
    await db.updateTable("patient").set({ phone_index: null }).execute();

    await pass(world, { ...deps, sealer: writesBetween }, "reseal");
    const after = await db.selectFrom("patient").selectAll().where("id", "=", patient.id)
      .executeTakeFirstOrThrow();
    assert.deepEqual(after.name_sealed, newer);
    assert.deepEqual(keyVersionOf(after.id_number_sealed ?? new Uint8Array()), 2);
    assert.ok(after.phone_sealed === null || after.phone_index !== null);
    const { run, older } = await readSeals(deps);
    assert.equal(run?.broken, 1);
    assert.deepEqual(older, [{ table: "payment_evidence", rows: 1 }]);
    await db.deleteFrom("payment_evidence").where("id", "=", evidence.id).execute();
  });

  await t.step("then no row needs the old version, and all open", async () => {
    await pass(world, deps, "reseal");
    assert.deepEqual((await readSeals(deps)).older, []);
    const rows = await db.selectFrom("checkout_order").select("priced_sealed").execute();
    for (const { priced_sealed } of rows) {
      if (priced_sealed) await deps.sealer.open("checkout_order.priced", priced_sealed);
    }
    const ends = await db.selectFrom("audit_event").select("result")
      .where("kind", "=", "platform.resealed").orderBy("id").execute();
    assert.deepEqual(ends.map(({ result }) => result), ["failed", "succeeded"]);
  });
});

async function sealerOfTwoVersions() {
  const keys = developmentKeys("00".repeat(32));
  const first = keys.find(({ label }) => label === COLUMN_DATA_KEY);
  assert.ok(first);
  const second = { ...first, id: "second", version: 2, bytes: new Uint8Array(16).fill(7) };
  const provider = new SoftwareProvider(portableEngine(), {
    name: "test",
    keys: [...keys, second],
  });
  return await openColumnSealer({ provider });
}
