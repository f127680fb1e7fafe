import assert from "node:assert/strict";
import { identifyReplySchema } from "../server/modules/identity/contract.ts";
import { act, billsOf, createOrder, payShownCode, settle } from "./visit.ts";
import { openWorld, type World } from "./world.ts";

/** What the insurance terminal hands on, once its camera has seen the person. */
async function showFace(world: World, story: string, service: "pay" | "register") {
  const { idNumber, name } = world.person(story);
  const issued = await world.control("/insurance/sandbox/faces", { idNumber });
  const { token } = await issued.json();
  const reply = await world.call("POST", "/identifications", {
    id: world.id(),
    credential: { kind: "insurance_face", idNumber, name, token, region: "441900" },
    service,
  });
  assert.equal(reply.status, 200, await reply.clone().text());
  return identifyReplySchema.parse(await reply.json());
}

Deno.test("a face is identified, its token settles with insurance, and the rest is paid by phone (R-PAY-08, R-BIL-16)", async () => {
  await using world = await openWorld();
  const known = await showFace(world, "two_bills", "pay");
  assert.ok(known.kind === "known" && known.insurance.status === "covered");
  const bills = await billsOf(world, known.id);
  const order = await createOrder(world, {
    identificationId: known.id,
    payable: { kind: "bills", billIds: bills.map(({ id }) => id) },
    settlement: "insurance",
  });
  const agreed = await act(world, order, "confirm", { quoteVersion: 1 });
  assert.equal(agreed.stage, "choose_tender");
  assert.ok(BigInt(agreed.quote?.fundFen ?? 0) > 0n);
  const shown = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
  await payShownCode(world, shown);
  assert.equal((await settle(world, order)).state, "completed");
});
