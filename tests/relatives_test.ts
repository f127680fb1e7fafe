import assert from "node:assert/strict";
import type { Permission } from "../server/modules/access/permission.ts";
import type { OrderView } from "../server/modules/checkout/contract.ts";
import type {
  RelativeConsent,
  RelativeConsentPage,
} from "../server/modules/insurance/relatives/console/contract.ts";
import { assertBooksAgree } from "./books.ts";
import { addPerson } from "./console.ts";
import { answered, type CallConsole, callerOf, consoleAs, refused } from "./console_callers.ts";
import { act, billsOf, identifyByCard, payShownCode, settle } from "./visit.ts";
import { openWorld, type World } from "./world.ts";

/** A relative stands beside the patient and pays from his own account (R-PAY-03). */

Deno.test("a relative's account pays, is on the receipt, in the books, and given back", async () => {
  await using world = await openWorld();
  const { id, payable } = await patientAtDesk(world);
  const given = await give(world, id, "card_v2");
  assert.equal(given.status, 200, await given.clone().text());
  const { consentId, maskedName } = await given.json();
  const listed = await (await world.call("GET", `/identifications/${id}/relatives`)).json();
  assert.deepEqual(listed.relatives.map((one: { maskedName: string }) => one.maskedName), [
    maskedName,
  ]);
  const order = await begin(world, { identificationId: id, payable, payer: { consentId } });
  assert.ok(BigInt(order.quote?.relativeFen ?? 0n) > 0n, JSON.stringify(order.quote));
  await act(world, order, "cancel");
  assert.equal((await settle(world, order)).state, "unwound");

  const again = await begin(world, { identificationId: id, payable, payer: { consentId } });
  const done = await pay(world, again);
  assert.equal(done.state, "completed");
  assert.equal(done.receipt?.quote.relativeFen, order.quote?.relativeFen);
  await assertBooksAgree(world, "paid with a relative's account");
});

Deno.test("a consent is refused, withdrawn and ends with a reason", async (t) => {
  await using world = await openWorld();
  const { id, payable } = await patientAtDesk(world);
  const code = async (reply: Response) => (await reply.json()).code;

  await t.step("oneself, a resident without an account, a code of nobody", async () => {
    assert.equal(await code(await give(world, id, "two_bills")), "insurance.relative_is_patient");
    const resident = await give(world, id, "one_bill_resident");
    assert.equal(await code(resident), "insurance.relative_without_account");
    const nobody = await world.call("POST", "/relatives", {
      ...bodyOf(world, id),
      credential: { kind: "scanned_code", code: "rubbish-code" },
    });
    assert.equal(await code(nobody), "insurance.relative_not_recognised");
  });

  await t.step("insurance does not answer", async () => {
    world.faults.plan("insurance", "1101", { kind: "lose_request" }, 9);
    assert.equal(await code(await give(world, id, "card_v2")), "insurance.relative_unavailable");
    world.faults.clear();
  });

  await t.step("the relative withdraws in a session of his own", async () => {
    const { consentId } = await (await give(world, id, "card_v2")).json();
    const own = await identifyByCard(world, "card_v2");
    const stranger = await identifyByCard(world, "one_bill_resident");
    const withdraw = (identificationId: string) =>
      world.call("POST", `/relatives/${consentId}/withdrawal`, { identificationId });
    assert.equal(await code(await withdraw(stranger)), "insurance.consent_not_found");
    assert.equal((await withdraw(own)).status, 204);
    const order = { identificationId: id, payable, payer: { consentId } };
    const refused = await world.call("POST", "/orders", {
      id: world.id(),
      settlement: "insurance",
      ...order,
    });
    assert.equal(await code(refused), "insurance.consent_ended");
    const after = await begin(world, { identificationId: id, payable });
    assert.equal(after.quote?.relativeFen, undefined, "the bills are free to be paid alone");
  });

  await t.step("staff finds consents by the whole number of either, masked, by pages", async () => {
    world.clock.advance(1_000);
    await give(world, id, "card_v2");
    const clerk = await clerkOf(world, ["relative.read"]);
    const [patient, relative] = [world.person("two_bills"), world.person("card_v2")];
    const all = await searched(clerk, {});
    assert.deepEqual(all.consents.map(({ state }) => state), ["in_force", "withdrawn"]);
    for (const { idNumber } of [patient, relative]) {
      assert.deepEqual(await searched(clerk, { idNumber: idNumber.toLowerCase() }), all);
    }
    const part = await searched(clerk, { idNumber: relative.idNumber.slice(0, 10) });
    assert.deepEqual(part.consents, []);
    const [first] = all.consents;
    assert.equal(first?.terminalNumber, world.terminal.number);
    assert.equal(all.consents[1]?.withdrawnBy, "people");
    for (const clear of [patient.name, patient.idNumber, relative.name, relative.idNumber]) {
      assert.ok(!JSON.stringify(all).includes(clear), "masked");
    }
    const page = await searched(clerk, { limit: 1 });
    const next = await searched(clerk, { limit: 1, after: page.next });
    assert.deepEqual([...page.consents, ...next.consents], all.consents);
    assert.equal(next.next, null);
    const inForce = await searched(clerk, { state: "in_force" });
    assert.deepEqual(inForce.consents, [first]);
    const events = await eventsOf(world, "insurance.relative_consents_searched");
    assert.deepEqual(events.map(({ fields }) => fields), [2, 2, 0].map((n) => `{"found":${n}}`));
  });

  await t.step("staff withdraws once, with a reason, where it may; then nobody pays", async () => {
    const reader = await clerkOf(world, ["relative.read"]);
    const { consents: [consent] } = await searched(reader, { state: "in_force" });
    assert.ok(consent);
    const path = `/relative-consents/${consent.id}/withdraw`;
    const body = { reason: "亲属本人到窗口申请" };
    assert.equal(await refused(reader("POST", path, body)), "403 access.forbidden");
    const elsewhere = await world.own.db.selectFrom("organisation").select("id")
      .where("kind", "=", "centre").where("id", "!=", world.terminal.institutionId)
      .executeTakeFirstOrThrow();
    const foreign = await clerkOf(world, ["relative.read", "relative.withdraw"], elsewhere.id);
    assert.equal(await refused(foreign("POST", path, body)), "404 insurance.not_found");
    assert.deepEqual((await searched(foreign, {})).consents, []);

    const clerk = await clerkOf(world, ["relative.withdraw"]);
    const done: RelativeConsent = await answered(clerk("POST", path, body));
    assert.deepEqual([done.state, done.withdrawnBy], ["withdrawn", "staff"]);
    assert.deepEqual(await answered(clerk("POST", path, { reason: "重复提交一次" })), done);
    const kind = "insurance.relative_consent_withdrawn_by_staff";
    const events = await eventsOf(world, kind);
    assert.deepEqual(events.map(({ fields }) => JSON.parse(fields).reason), [body.reason]);
    const listed = await (await world.call("GET", `/identifications/${id}/relatives`)).json();
    assert.deepEqual(listed.relatives, []);
  });

  await t.step("what has run out is shown so, and not withdrawn", async () => {
    const { consentId } = await (await give(world, id, "card_v2")).json();
    world.clock.advance(2 * 86_400_000);
    const clerk = await clerkOf(world, ["relative.read", "relative.withdraw"]);
    const { consents } = await searched(clerk, { state: "expired" });
    assert.deepEqual(consents.map((one) => one.id), [consentId]);
    const late = clerk("POST", `/relative-consents/${consentId}/withdraw`, {
      reason: "亲属本人到窗口申请",
    });
    assert.equal(await refused(late), "409 insurance.consent_over");
  });
});

async function clerkOf(
  world: World,
  permissions: readonly Permission[],
  organisationId = world.terminal.institutionId,
): Promise<CallConsole> {
  const login = `clerk-${crypto.randomUUID().slice(0, 8)}`;
  await addPerson(world, { login, permissions, organisationId });
  return consoleAs(world, await callerOf(world, login));
}

async function searched(call: CallConsole, body: unknown): Promise<RelativeConsentPage> {
  return await answered(call("POST", "/relative-consents/search", body));
}

async function eventsOf(world: World, kind: string): Promise<{ readonly fields: string }[]> {
  return await world.own.db.selectFrom("audit_event").select("fields").where("kind", "=", kind)
    .orderBy("id").execute();
}

Deno.test("a scheme the patient has not is refused, his own is taken (R-BIL-13)", async () => {
  await using world = await openWorld();
  const { id, payable } = await patientAtDesk(world);
  const refused = await world.call("POST", "/orders", {
    id: world.id(),
    identificationId: id,
    payable,
    settlement: "insurance",
    scheme: "410",
  });
  assert.equal((await refused.json()).code, "insurance.scheme_not_insured");
  const own = await begin(world, { identificationId: id, payable, scheme: "310" });
  await act(world, own, "cancel");
  assert.equal((await settle(world, own)).state, "unwound");
  const usual = await begin(world, { identificationId: id, payable });
  assert.deepEqual(usual.quote, own.quote, "the same identification, settled the usual way");
});

async function patientAtDesk(world: World) {
  const id = await identifyByCard(world, "two_bills");
  const bills = await billsOf(world, id);
  return { id, payable: { kind: "bills", billIds: bills.map((bill) => bill.id) } };
}

function bodyOf(world: World, identificationId: string) {
  return {
    id: world.id(),
    identificationId,
    relation: "parent",
    noticeVersion: "1",
    days: 1,
  };
}

async function give(world: World, identificationId: string, story: string): Promise<Response> {
  const person = world.person(story);
  assert.ok(person.card);
  return await world.call("POST", "/relatives", {
    ...bodyOf(world, identificationId),
    credential: {
      kind: "social_security_card",
      region: "441900",
      socialSecurityNumber: person.idNumber,
      cardNumber: person.card.number,
      cardIdentifier: person.card.identifier,
      name: person.name,
      version: person.card.version,
    },
  });
}

async function begin(world: World, order: Record<string, unknown>): Promise<OrderView> {
  const reply = await world.call("POST", "/orders", {
    id: world.id(),
    settlement: "insurance",
    ...order,
  });
  assert.equal(reply.status, 201, await reply.clone().text());
  return await reply.json();
}

async function pay(world: World, order: OrderView): Promise<OrderView> {
  let view = await act(world, order, "confirm", { quoteVersion: 1 });
  if (view.stage === "choose_tender") {
    view = await act(world, view, "tender", { id: world.id(), mode: "show_code" });
    await payShownCode(world, view);
  }
  return await settle(world, view);
}
