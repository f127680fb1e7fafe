import assert from "node:assert/strict";
import { timeOfId } from "../server/platform/ids.ts";
import { act, billsOf, createOrder, payShownCode, settle } from "./visit.ts";
import { openWorld, type World } from "./world.ts";

/** Codes that run out, media that change, fees that are charged another way: in one session. */

Deno.test("an e-voucher that ran out before settling is shown again, and the order goes on", async () => {
  await using world = await openWorld();
  const { id, order } = await orderByVoucher(world);
  const before = await tokenOf(world, id);
  world.faults.plan("insurance", "2207", { kind: "refuse", text: "电子凭证令牌ecToken已过期" });
  const asked = await act(world, order, "confirm", { quoteVersion: 1 });
  assert.deepEqual([asked.stage, asked.reason], ["confirm", "insurance.token_expired"]);
  const shown = await present(world, id, world.person("e_voucher").codes.insuranceVoucher);
  assert.equal(shown.status, 200, await shown.text());
  assert.notDeepEqual(
    await tokenOf(world, id),
    before,
    "a new token stands in the old one's place",
  );
  const again = await act(world, order, "confirm", { quoteVersion: 1 });
  assert.equal(again.reason, null);
  const done = await payAndSettle(world, again);
  assert.equal(done.state, "completed");
});

Deno.test("an e-voucher that ran out and is not shown again turns the order back", async () => {
  await using world = await openWorld();
  const { order } = await orderByVoucher(world);
  world.faults.plan("insurance", "2207", { kind: "refuse", text: "电子凭证令牌ecToken已过期" });
  await act(world, order, "confirm", { quoteVersion: 1 });
  const back = await settle(world, order, { stepMs: 60_000 });
  assert.deepEqual([back.state, back.reason], ["unwound", "checkout.expired"]);
});

Deno.test("a medium of somebody else does not go on with a session (R-BIL-14)", async () => {
  await using world = await openWorld();
  const { id } = await orderByVoucher(world);
  const other = world.city.persons.find((person) =>
    person.codes.insuranceVoucher !== null && person.story?.id !== "e_voucher"
  );
  const before = await tokenOf(world, id);
  const reply = await present(world, id, other?.codes.insuranceVoucher ?? null);
  assert.equal((await reply.json()).code, "identity.another_person");
  assert.deepEqual(await tokenOf(world, id), before);
});

Deno.test("fees are charged another way under the same identification (R-BIL-15)", async () => {
  await using world = await openWorld();
  const { id, order, payable } = await orderByVoucher(world);
  await act(world, order, "cancel");
  assert.equal((await settle(world, order)).state, "unwound");
  const alone = await createOrder(world, { identificationId: id, payable, settlement: "self_pay" });
  assert.equal(alone.quote?.cashFen, alone.quote?.totalFen);
  await act(world, alone, "cancel");
  await settle(world, alone);
  const again = await createOrder(world, { identificationId: id, payable });
  assert.notEqual(again.quote?.cashFen, again.quote?.totalFen, "insurance pays again");
});

async function orderByVoucher(world: World) {
  const id = world.id();
  const code = world.person("e_voucher").codes.insuranceVoucher;
  const credential = { kind: "scanned_code", code };
  const reply = await world.call("POST", "/identifications", { id, credential });
  assert.equal((await reply.json()).kind, "known");
  const bills = await billsOf(world, id);
  const payable = { kind: "bills", billIds: bills.map((bill) => bill.id) };
  return { id, payable, order: await createOrder(world, { identificationId: id, payable }) };
}

async function present(world: World, id: string, code: string | null): Promise<Response> {
  const credential = { kind: "scanned_code", code };
  return await world.call("POST", `/identifications/${id}/presentation`, { credential });
}

async function tokenOf(world: World, id: string): Promise<Uint8Array | undefined> {
  const row = await world.own.db.selectFrom("insurance_coverage").select("certificate_sealed")
    .where("identification_id", "=", id).where("at", "=", timeOfId(id)).executeTakeFirst();
  return row?.certificate_sealed;
}

async function payAndSettle(world: World, order: { readonly id: string; readonly stage: string }) {
  if (order.stage === "choose_tender") {
    const view = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
    await payShownCode(world, view);
  }
  return await settle(world, order);
}
