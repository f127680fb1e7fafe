import assert from "node:assert/strict";
import type { OrderView } from "../server/modules/checkout/contract.ts";
import { assertBooksAgree } from "./books.ts";
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
});

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
