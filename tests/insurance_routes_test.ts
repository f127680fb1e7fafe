import assert from "node:assert/strict";
import { findCity } from "../server/modules/access/find_organisation.ts";
import { shellActor } from "../server/modules/audit/actor.ts";
import { changeSetting } from "../server/modules/settings/read_settings.ts";
import type { InsuranceRoute } from "../server/modules/insurance/insurance_route.ts";
import { testAudit } from "./audit.ts";
import { checkRows } from "./check_rows.ts";
import { testRowTags } from "./sealer.ts";
import { act, billsOf, createOrder, orderAllBills, payShownCode, settle } from "./visit.ts";
import { openWorld, type World } from "./world.ts";

/** The whole platform on each route of insurance; what each adapter does alone is in conformance. */

Deno.test("a visit is paid with insurance settled by HIS (R-BIL-08, R-BIL-09)", async () => {
  await using world = await openWorld();
  await setRoute(world, "his");
  const order = await orderAllBills(world, "two_bills");
  assert.equal(order.state, "presettled", JSON.stringify(order));
  await act(world, order, "confirm", { quoteVersion: order.quote?.version });
  await payCash(world, order);
  const done = await settle(world, order);
  assert.equal(done.state, "completed");
  const rows = await claims(world);
  assert.deepEqual(rows.map((row) => [row.route, row.setl_id !== null]), [["his", true]]);
  assert.equal(await messages(world), 0, "of a claim, none goes to the centre past HIS");
});

Deno.test("a visit is paid by e-voucher at the centre for mobile payment (R-PAY-12)", async () => {
  await using world = await openWorld();
  await setRoute(world, "mobile");
  const identificationId = await identifyByVoucher(world);
  const bills = await billsOf(world, identificationId);
  const payable = { kind: "bills", billIds: bills.map((bill) => bill.id) };
  const order = await createOrder(world, { identificationId, payable });
  assert.equal(order.state, "presettled", JSON.stringify(order));
  await act(world, order, "confirm", { quoteVersion: order.quote?.version });
  await payCash(world, order);
  await world.work();
  const done = await settle(world, order);
  assert.equal(done.state, "completed");
  const [row] = await world.own.db.selectFrom("insurance_mobile_order").selectAll().execute();
  assert.deepEqual([row?.ord_stas, row?.reported_stas, row?.mix_kind], [6, 6, "insurance_only"]);
  assert.deepEqual(await checkRows(world), [], "every row has the tag of what it says");
  await world.own.db.updateTable("insurance_mobile_order").set({ mix_kind: null }).execute();
  const broken = (await checkRows(world)).map(({ table, why }) => [table, why]);
  assert.deepEqual(broken, [["insurance_mobile_order", "changed"]]);
  const evidence = await world.own.db.selectFrom("payment_evidence").select("verdict")
    .where("source", "=", "medical_notice").execute();
  assert.deepEqual(evidence.map((one) => one.verdict), ["reported"], "6302 came and was kept");
});

Deno.test("an order keeps its route when the setting changes under it", async () => {
  await using world = await openWorld();
  await setRoute(world, "his");
  const order = await orderAllBills(world, "two_bills");
  await setRoute(world, "fsi");
  await act(world, order, "cancel");
  const back = await settle(world, order);
  assert.equal(back.state, "unwound");
  assert.equal(await messages(world), 0);
});

Deno.test("a report that is not the centre's is kept, refused and told", async () => {
  await using world = await openWorld();
  const reply = await world.app.request("/api/notify/mobile-insurance", {
    method: "POST",
    body: JSON.stringify({ appId: "x", encData: "00", signData: "eA==" }),
  });
  assert.equal(reply.status, 200);
  assert.equal((await reply.json()).success, "false");
  const rows = await world.own.db.selectFrom("payment_evidence").select("verdict").execute();
  assert.deepEqual(rows.map((row) => row.verdict), ["unreadable"]);
});

async function setRoute(world: World, value: InsuranceRoute): Promise<void> {
  const city = await findCity({ db: world.own.db });
  assert.ok(city);
  const { clock } = world;
  const change = { scopeId: city.id, name: "insurance.route" as const, value };
  await world.own.db.transaction().execute((tx) =>
    changeSetting({ clock, audit: testAudit(clock), rowTags: testRowTags() }, tx, {
      change,
      actor: shellActor("test"),
    })
  );
  world.clock.advance(5_000);
}

async function identifyByVoucher(world: World): Promise<string> {
  const code = world.person("e_voucher").codes.insuranceVoucher;
  const id = world.id();
  const reply = await world.call("POST", "/identifications", {
    id,
    credential: { kind: "scanned_code", code },
  });
  const body = await reply.json();
  assert.equal(body.kind, "known", JSON.stringify(body));
  return id;
}

async function payCash(world: World, order: { readonly id: string }): Promise<void> {
  const now = await settle(world, order, { roundsMax: 2 });
  if (now.state === "completed") return;
  const tender = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
  await payShownCode(world, tender);
}

async function claims(world: World) {
  return await world.own.db.selectFrom("insurance_claim").selectAll().execute();
}

/** Messages of claims that went to the centre by the platform's own line. */
async function messages(world: World): Promise<number> {
  const rows = await world.own.db.selectFrom("insurance_message").select("id")
    .where("order_id", "is not", null).execute();
  return rows.length;
}
