import assert from "node:assert/strict";
import { identifyReplySchema } from "../server/modules/identity/contract.ts";
import { act, billsOf, createOrder, payShownCode, settle } from "./visit.ts";
import { openWorld, type World } from "./world.ts";

/** Receivers of a region where work injury and the corps have systems of their own. */
const RECEIVERS = { "410": "GSXT", "399": "BTXT" };
const OF_THE_REGION = { recerSysCode: "YBXT", recerSysCodes: RECEIVERS } as const;
const CENTRE = { receivers: { usual: "YBXT", ofScheme: RECEIVERS } } as const;

interface Settled {
  readonly scheme: string;
  readonly fundYuan: number;
  readonly accountYuan: number;
  readonly cashYuan: number;
}

Deno.test("work injury is settled by face, with its own receiver (R-BIL-13)", async () => {
  await using world = await openWorld({ regional: OF_THE_REGION, centre: CENTRE });
  const known = await showFace(world, "work_injury");
  assert.deepEqual(schemesOf(known), ["310", "410"], "the usual one first");
  const order = await orderAll(world, known.id, "410");
  assert.equal(order.stage, "confirm", JSON.stringify(order));
  await act(world, order, "confirm", { quoteVersion: order.quote?.version });
  assert.equal((await finish(world, order)).state, "completed");
  const [row] = await settlements(world);
  assert.equal(row?.scheme, "410");
  assert.equal(row?.accountYuan, 0, "no account pays for an injury at work");
});

Deno.test("a person of the corps is settled by face, and the rest is paid (R-BIL-13)", async () => {
  await using world = await openWorld({ regional: OF_THE_REGION, centre: CENTRE });
  const known = await showFace(world, "corps");
  assert.deepEqual(schemesOf(known), ["399"]);
  const order = await orderAll(world, known.id);
  const agreed = await act(world, order, "confirm", { quoteVersion: order.quote?.version });
  assert.equal(agreed.stage, "choose_tender", "the fund does not pay all");
  const shown = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
  await payShownCode(world, shown);
  assert.equal((await settle(world, order)).state, "completed");
  const [row] = await settlements(world);
  assert.ok(row && row.scheme === "399" && row.fundYuan > 0 && row.cashYuan > 0);
});

Deno.test("a category changed after the face settles anew without another face (R-BIL-15)", async () => {
  await using world = await openWorld({ regional: OF_THE_REGION, centre: CENTRE });
  const known = await showFace(world, "work_injury");
  const usual = await orderAll(world, known.id);
  await act(world, usual, "cancel");
  assert.equal((await settle(world, usual)).state, "unwound");
  const hurt = await orderAll(world, known.id, "410");
  assert.notDeepEqual(hurt.quote?.fundFen, usual.quote?.fundFen);
  await act(world, hurt, "confirm", { quoteVersion: hurt.quote?.version });
  assert.equal((await finish(world, hurt)).state, "completed");
  assert.deepEqual((await settlements(world)).map((one) => one.scheme), ["410"]);
});

Deno.test("what goes to the wrong receiver settles nothing (R-BIL-13)", async () => {
  await using world = await openWorld({
    regional: { recerSysCode: "YBXT", recerSysCodes: {} },
    centre: CENTRE,
  });
  const known = await showFace(world, "work_injury");
  const order = await orderAll(world, known.id, "410");
  const told = await settle(world, order);
  assert.notEqual(told.state, "completed");
  assert.deepEqual(await settlements(world), []);
});

/** What the insurance terminal hands on, once its camera has seen the person. */
async function showFace(world: World, story: string) {
  const { idNumber, name } = world.person(story);
  const issued = await world.control("/insurance/sandbox/faces", { idNumber });
  const { token } = await issued.json();
  const reply = await world.call("POST", "/identifications", {
    id: world.id(),
    credential: { kind: "insurance_face", idNumber, name, token, region: "441900" },
    service: "pay",
  });
  const body = identifyReplySchema.parse(await reply.json());
  assert.ok(body.kind === "known" && body.insurance.status === "covered", JSON.stringify(body));
  return { id: body.id, insurance: body.insurance };
}

function schemesOf({ insurance }: Awaited<ReturnType<typeof showFace>>): string[] {
  return (insurance.schemes ?? []).map(({ scheme }) => scheme);
}

async function orderAll(world: World, identificationId: string, scheme?: string) {
  const bills = await billsOf(world, identificationId);
  return await createOrder(world, {
    identificationId,
    payable: { kind: "bills", billIds: bills.map(({ id }) => id) },
    settlement: "insurance",
    ...(scheme && { scheme }),
  });
}

/** Pays what is left, if anything is. */
async function finish(world: World, order: { readonly id: string }) {
  const now = await settle(world, order, { roundsMax: 2 });
  if (now.state === "completed") return now;
  const shown = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
  await payShownCode(world, shown);
  return await settle(world, order);
}

async function settlements(world: World): Promise<Settled[]> {
  const reply = await world.control("/insurance/sandbox/settlements");
  return (await reply.json()).settlements;
}
