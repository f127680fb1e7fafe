import assert from "node:assert/strict";
import { addPerson } from "../console.ts";
import { type CallConsole, callerOf, consoleAs } from "../console_callers.ts";
import { startPostgresServer } from "../postgres_server.ts";
import { billsOf, identifyByCard, identifyByIdCard } from "../visit.ts";
import { openWorld, type World } from "../world.ts";
import { holdTable, waiting } from "./held_table.ts";

/** A person is erased while something new about him begins, each way round (个人信息保护法 第四十七条). */

const STORY = "two_bills";
const REASON = "患者本人到窗口申请";

Deno.test("a person is erased while an order of his begins", async (t) => {
  await using server = await startPostgresServer();
  await using world = await openWorld({
    databaseServer: { url: server.url, through: server.url },
  });
  const call = await clerk(world);
  const { db } = world.own;

  await t.step("the order came first: the erasing waits, sees it and is refused", async () => {
    const { patientId, order } = await atTerminal(world);
    const held = await holdTable(world, "checkout_order");
    const ordering = order();
    await waiting(db, 1);
    const erasing = erase(call, patientId);
    await Promise.race([waiting(db, 2), erasing]);
    await held.letGo();
    assert.equal((await ordering).status, 201);
    const refused = await erasing;
    assert.equal(refused.status, 409);
    assert.equal((await refused.json()).code, "identity.person_busy");
    const kept = await db.selectFrom("patient").select("name_sealed").where("id", "=", patientId)
      .executeTakeFirstOrThrow();
    assert.notEqual(kept.name_sealed, null);
  });

  await t.step("the erasing came first: whatever begins waits and is refused", async () => {
    for (const { id } of await db.selectFrom("checkout_order").select("id").execute()) {
      await world.call("POST", `/orders/${id}/cancel`);
    }
    const { patientId, order, consent } = await atTerminal(world);
    const held = await holdTable(world, "patient_credential");
    const erasing = erase(call, patientId);
    await waiting(db, 1);
    const begun = [order(), consent(), identifyByIdCard(world, STORY)] as const;
    await Promise.race([waiting(db, 4), Promise.all(begun)]);
    await held.letGo();
    assert.equal((await erasing).status, 200);
    const [ordered, consented, identified] = await Promise.all(begun);
    for (const refused of [ordered, consented]) {
      assert.equal((await refused.json()).code, "identity.ended");
    }
    const live = await db.selectFrom("checkout_order").select("id")
      .where("state", "not in", ["completed", "unwound"]).execute();
    assert.deepEqual(live, []);
    assert.deepEqual(await db.selectFrom("consent").select("id").execute(), []);
    const seen = await db.selectFrom("identification").select(["patient_id", "reply_sealed"])
      .where("id", "=", identified.kind === "known" ? identified.id : "").executeTakeFirstOrThrow();
    assert.notEqual(seen.patient_id, patientId, "who comes again is a new person");
    const left = await db.selectFrom("identification").select("id")
      .where("patient_id", "=", patientId).where("reply_sealed", "is not", null).execute();
    assert.deepEqual(left, []);
    const media = await db.selectFrom("patient_credential").select("patient_id").execute();
    assert.ok(media.every(({ patient_id }) => patient_id !== patientId));
  });

  await t.step("nobody waits for anybody without an erasing", async () => {
    const { order, consent } = await atTerminal(world);
    const replies = await Promise.all([order(), consent(), identifyByCard(world, STORY)]);
    assert.deepEqual([replies[0].status, replies[1].status], [201, 204]);
  });
});

async function clerk(world: World): Promise<CallConsole> {
  await addPerson(world, { login: "clerk", permissions: ["person.erase"] });
  return consoleAs(world, await callerOf(world, "clerk"));
}

function erase(call: CallConsole, patientId: string): Promise<Response> {
  return call("POST", `/persons/${patientId}/erase`, { reason: REASON });
}

/** The person in front of the terminal, and what he is about to do. */
async function atTerminal(world: World) {
  const identificationId = await identifyByCard(world, STORY);
  const [bill] = await billsOf(world, identificationId);
  assert.ok(bill);
  const { patient_id: patientId } = await world.own.db.selectFrom("identification")
    .select("patient_id").where("id", "=", identificationId).executeTakeFirstOrThrow();
  return {
    patientId,
    order: () =>
      world.call("POST", "/orders", {
        id: world.id(),
        identificationId,
        payable: { kind: "bills", billIds: [bill.id] },
        settlement: "self_pay",
      }),
    consent: () =>
      world.call("POST", "/consents", {
        id: world.id(),
        identificationId,
        purpose: "notification",
        decision: "given",
        noticeVersion: "2026-11",
      }),
  };
}
