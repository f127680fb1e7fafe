import assert from "node:assert/strict";
import { identifyReplySchema } from "../server/modules/identity/contract.ts";
import { act, billsOf, createOrder, payShownCode, settle } from "./visit.ts";
import { SimulatedInsuranceTerminal } from "../sandbox/devices/insurance_terminal.ts";
import type { OrderView } from "../server/modules/checkout/contract.ts";
import { terminalSettingsSchema } from "../server/modules/settings/contract.ts";
import { FaceReading } from "../terminal/face_reading.ts";
import { SettleNotices } from "../terminal/settle_notices.ts";
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

/** The terminal's side: its camera, and what it is told afterwards. */
async function openFaceDesk(world: World) {
  const { idNumber, name } = world.person("two_bills");
  const device = new SimulatedInsuranceTerminal({
    pause: () => Promise.resolve(),
    callTakesMs: 0,
    findPerson: () => null,
    async issueToken() {
      const issued = await world.control("/insurance/sandbox/faces", { idNumber });
      return (await issued.json()).token;
    },
  });
  device.stand({ idNumber, name, region: "441900" });
  const settings = await world.call("GET", "/settings");
  const last = terminalSettingsSchema.parse(await settings.json());
  const { clock } = world;
  const faces = new FaceReading({ terminal: device, settings: { last }, clock });
  const tasks: Promise<void>[] = [];
  const notices = new SettleNotices({
    terminal: device,
    clock,
    pause: () => Promise.resolve(),
    background: { run: (_, work) => void tasks.push(work(new AbortController().signal)) },
    note: () => {},
  });
  return {
    device,
    async identify() {
      const read = await faces.read({ service: "pay", number: idNumber.slice(-4) });
      assert.ok(read.kind === "credential" && read.face);
      const { credential, face } = read;
      const asked = { id: world.id(), credential, service: "pay" };
      const reply = await world.call("POST", "/identifications", asked);
      const known = identifyReplySchema.parse(await reply.json());
      assert.ok(known.kind === "known" && known.insurance.status === "covered");
      assert.equal(known.insurance.tellsOutcome, true);
      notices.remember(known.id, face);
      return known.id;
    },
    hear: (identificationId: string, view: OrderView) => notices.noteOrder(identificationId, view),
    told: async () => {
      await Promise.all(tasks);
      return device.told;
    },
  };
}

Deno.test("the terminal that knew the face hears what became of the settlement (R-BIL-16)", async () => {
  await using world = await openWorld();
  const desk = await openFaceDesk(world);
  const begin = async () => {
    const identificationId = await desk.identify();
    const bills = await billsOf(world, identificationId);
    const payable = { kind: "bills", billIds: bills.map(({ id }) => id) };
    const order = await createOrder(world, { identificationId, payable, settlement: "insurance" });
    const agreed = await act(world, order, "confirm", { quoteVersion: 1 });
    desk.hear(identificationId, agreed);
    return { identificationId, order };
  };

  const left = await begin();
  await act(world, left.order, "cancel");
  desk.hear(left.identificationId, await settle(world, left.order));
  await desk.told();
  const paid = await begin();
  const tender = { id: world.id(), mode: "show_code" };
  await payShownCode(world, await act(world, paid.order, "tender", tender));
  const view = await settle(world, paid.order);
  desk.hear(paid.identificationId, view);

  const [failed, told, ...more] = await desk.told();
  assert.equal(more.length, 0);
  assert.equal(failed?.settled, null);
  const claim = await world.own.db.selectFrom("insurance_claim")
    .select(["setl_id", "fund_fen", "account_fen", "cash_fen", "total_fen"])
    .where("order_id", "=", paid.order.id).executeTakeFirstOrThrow();
  assert.deepEqual(told?.settled, {
    number: claim.setl_id,
    fundFen: claim.fund_fen,
    accountFen: claim.account_fen,
    cashFen: claim.cash_fen,
  });
  assert.equal(told?.totalFen, claim.total_fen);
  assert.equal(told?.authorisation, `SIMAUTH-${told?.callId}`);
  assert.notEqual(told?.callId, failed?.callId);
});
