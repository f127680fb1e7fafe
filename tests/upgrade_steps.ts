import assert from "node:assert/strict";
import { type Kysely, sql } from "kysely";
import { developmentKeys } from "../cli/dev/development_keys.ts";
import { portableEngine } from "../crypto/providers/portable.ts";
import { SoftwareProvider } from "../crypto/providers/software.ts";
import { systemActor } from "../server/modules/audit/actor.ts";
import { compareSealingKeys } from "../server/platform/sealing_keys.ts";
import { LINE_AGREE_KEY, LINE_SIGN_KEY } from "../server/platform/signed_line.ts";
import type { UpkeepKind } from "../server/platform/upkeep.ts";
import { openAdoptions } from "../server/protection/adoption.ts";
import { readIntegrity, readSeals } from "../server/protection/protection.ts";
import { TAGGED_TABLES } from "../server/protection/tagged_tables.ts";
import { startCheck, startReseal, workProtection } from "../server/protection/upkeep_works.ts";
import type { Tables } from "../server/schema.ts";
import { openTrail } from "./audit_trail.ts";
import { addPerson } from "./console.ts";
import { type CallConsole, callerOf, consoleAs } from "./console_callers.ts";
import { callSigned, type EnrolledLine, open } from "./line_client.ts";
import { OLD } from "./upgrade.ts";
import { act, identifyByCard, readOrder } from "./visit.ts";
import type { World } from "./world.ts";

/** What holds after an upgrade, step by step: the same on either database. */

const ROUNDS_MAX = 200;
const REASON = "患者本人到窗口申请";
const ACTOR = systemActor("test");
/** The fixture's terminal has its own keys out of this secret. */
const TERMINAL_SECRET = "11".repeat(32);

export async function upgradeSteps(t: Deno.TestContext, world: World): Promise<void> {
  const { own: { db }, services: { platform, protection } } = world;

  await t.step("the keys are the ones the rows are sealed under", async () => {
    const deps = { db, clock: world.clock, sealer: platform.sealer };
    assert.deepEqual(await compareSealingKeys(deps, { readOnly: true }), {
      kind: "same",
      versions: [1],
    });
  });

  await t.step("rows of before count from the start on, until they have tags", async () => {
    assert.deepEqual(await openAdoptions(protection), []);
    assert.equal((await readOrder(world, { id: OLD.orders.open })).state, "presettled");
    assert.ok(await untagged(db) > 0);
  });

  await t.step("the first check gives them tags, and names none", async () => {
    await pass(world, "integrity");
    const { run, broken, alarms } = await readIntegrity(protection);
    assert.deepEqual([broken, alarms], [[], []]);
    assert.ok((run?.rows ?? 0) >= OLD.tables.checkout_leg.length);
    assert.equal(await untagged(db), 0);
    assert.deepEqual(await openAdoptions(protection), [], "once, and for good");
    const open = await db.selectFrom("row_adoption").select("table_name")
      .where("ended_at", "is", null).execute();
    assert.deepEqual(open, []);
  });

  await t.step("orders are readable, and one that was open is called off", async () => {
    for (const id of [OLD.orders.paid, OLD.orders.expired, OLD.orders.refunded]) {
      const [row] = OLD.tables.checkout_order.filter((order) => order.id === id);
      const view = await readOrder(world, { id });
      assert.equal(view.state, row?.state);
      assert.equal(view.quote?.totalFen, row?.total_fen);
      assert.ok(view.title, "what HIS priced opens");
    }
    const open = { id: OLD.orders.open };
    assert.equal((await readOrder(world, open)).state, "presettled");
    await act(world, open, "cancel");
    assert.equal((await readOrder(world, open)).state, "unwound");
  });

  const call = await clerk(world);
  const person = world.person("two_bills");
  const [found] = await search(call, "id_number", person.idNumber);

  await t.step("patients open, and who comes again is the same one", async () => {
    assert.ok(OLD.tables.patient.some(({ id }) => id === found.id));
    assert.equal(found.institutions.length, 1, "seen where he was identified before");
    const reply = await call("POST", `/persons/${found.id}/reveal`, {
      fields: ["name", "idNumber", "phone"],
      reason: REASON,
    });
    const { name, idNumber, phone } = person;
    assert.deepEqual(await reply.json(), { name, idNumber, phone });
    const id = await identifyByCard(world, "two_bills");
    const { patient_id } = await db.selectFrom("identification").select("patient_id")
      .where("id", "=", id).executeTakeFirstOrThrow();
    assert.equal(patient_id, found.id);
  });

  await t.step("a phone number of before is found after the reseal", async () => {
    assert.ok(person.phone);
    assert.deepEqual(await search(call, "phone", person.phone), []);
    await pass(world, "reseal");
    const [byPhone] = await search(call, "phone", person.phone);
    assert.equal(byPhone?.id, found.id);
  });

  await t.step("a terminal of before opens its line and is served", async () => {
    const answer = await callSigned(await open(await oldLine(world)), {
      method: "GET",
      path: "/settings",
    });
    assert.deepEqual([answer.status, answer.isSigned], [200, true]);
    assert.deepEqual(answer.body.idle, { warnAfterMs: 30_000, endAfterMs: 50_000 });
  });

  await t.step("one's own data of before is given and removed", async () => {
    const path = `/persons/${found.id}`;
    const given = await call("POST", `${path}/export`, { reason: REASON });
    assert.equal(given.status, 200, await given.clone().text());
    await given.body?.cancel();
    const erased = await call("POST", `${path}/erase`, { reason: REASON });
    assert.equal(erased.status, 200, await erased.clone().text());
  });

  await t.step("the audit chain starts, and verifies", async () => {
    const trail = await openTrail(db);
    trail.clock.advance(world.clock.now().getTime() - trail.clock.now().getTime() + 60_000);
    assert.ok(await trail.link() > 0);
    await trail.sign();
    const report = await trail.verify();
    assert.equal(report.verdict, "intact", Deno.inspect(report.faults));
    assert.ok(report.links > 0n);
  });

  await t.step("what was done since names nothing either", async () => {
    await pass(world, "integrity");
    const { broken, alarms } = await readIntegrity(protection);
    assert.deepEqual([broken, alarms], [[], []]);
  });
}

/** Rows without a tag in all tables that have them. */
async function untagged(db: Kysely<Tables>): Promise<number> {
  let count = 0;
  for (const { table } of TAGGED_TABLES) {
    const { rows } = await sql`select 1 from ${sql.table(table)} where tag is null`.execute(db);
    count += rows.length;
  }
  return count;
}

async function pass(world: World, kind: UpkeepKind): Promise<void> {
  const deps = world.services.protection;
  world.clock.advance(1_000);
  await (kind === "reseal" ? startReseal(deps, ACTOR) : startCheck(deps, ACTOR));
  for (let round = 0; round < ROUNDS_MAX; round++) {
    await workProtection(deps, kind);
    const { run } = kind === "reseal" ? await readSeals(deps) : await readIntegrity(deps);
    if (run?.state === "done") return;
  }
  assert.fail(`no end of the ${kind}`);
}

async function clerk(world: World): Promise<CallConsole> {
  await addPerson(world, {
    login: "clerk",
    permissions: ["person.read", "person.reveal", "person.export", "person.erase"],
  });
  return consoleAs(world, await callerOf(world, "clerk"));
}

async function search(call: CallConsole, by: string, value: string) {
  const reply = await call("POST", "/persons/search", { by, value });
  assert.equal(reply.status, 200, await reply.clone().text());
  return (await reply.json()).persons;
}

/** The terminal with what it keeps on its disk. */
async function oldLine({ app, clock }: World): Promise<EnrolledLine> {
  const keys = developmentKeys(TERMINAL_SECRET);
  const provider = new SoftwareProvider(portableEngine(), { name: "terminal", keys });
  const [sign, agree] = [
    await provider.findKey(LINE_SIGN_KEY),
    await provider.findKey(LINE_AGREE_KEY),
  ];
  assert.ok(sign && agree);
  const send = (path: string, init: RequestInit) => app.request(path, init);
  return { ...OLD.line, provider, clock, send, number: "0001", sign, agree };
}
