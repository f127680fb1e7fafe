import assert from "node:assert/strict";
import type {
  ConsoleOrder,
  InFlightReply,
  OrderPage,
} from "../server/modules/checkout/console/contract.ts";
import { shellActor } from "../server/modules/audit/actor.ts";
import { getOrganisation } from "../server/modules/access/find_organisation.ts";
import { changeSetting } from "../server/modules/settings/read_settings.ts";
import { answered, callerWith, consoleAs, PROGRAM, refused } from "./console_callers.ts";
import { admitPatient, askDischarge, endOfDischarge, topUp, ward } from "./inpatient.ts";
import { askRefund, endOfRefund, findRefundable, payNewBills } from "./refund.ts";
import { orderAllBills } from "./visit.ts";
import { openWorld, type World } from "./world.ts";

/** Orders as staff lists them: what went back, and what is on its way. */

Deno.test("the order list says what a refund and a discharge give back", async (t) => {
  await using world = await openWorld();
  await openWards(world);
  const { call } = await staffOf(world);
  const lineOf = async (id: string) => {
    const { orders } = await answered<OrderPage>(call("GET", "/orders?limit=200"));
    const line = orders.find((order) => order.id === id);
    assert.ok(line);
    const detail = await answered<ConsoleOrder>(call("GET", `/orders/${id}`));
    assert.deepEqual([detail.totalFen, detail.cashFen], [line.totalFen, line.cashFen]);
    return [line.kind, line.totalFen, line.cashFen];
  };

  await t.step("all of an insured order", async () => {
    const paid = await payNewBills(world);
    const { order: { quote } } = paid;
    const view = await endOfRefund(world, await (await askRefund(world, paid)).json());
    assert.deepEqual(await lineOf(view.id), ["refund", quote?.totalFen, quote?.cashFen]);
  });

  await t.step("some lines of it: not what is kept", async () => {
    const paid = await payNewBills(world, { settlement: "self_pay" });
    const [line] = (await findRefundable(world, paid)).lines;
    assert.ok(line);
    const asked = await askRefund(world, paid, { lines: [line.place] });
    const view = await endOfRefund(world, await asked.json());
    assert.deepEqual(await lineOf(view.id), ["refund", line.amountFen, line.amountFen]);
  });

  await t.step("some lines of an insured one, the others settled anew", async () => {
    const paid = await payNewBills(world);
    const [line] = (await findRefundable(world, paid)).lines;
    assert.ok(line);
    const asked = await askRefund(world, paid, { lines: [line.place] });
    const view = await endOfRefund(world, await asked.json());
    assert.equal(view.state, "returned");
    const cash = view.parts.find(({ way }) => way === "cash")?.amountFen ?? "0";
    assert.deepEqual(await lineOf(view.id), ["refund", line.amountFen, cash]);
  });

  await t.step("a part of a deposit after the stay", async () => {
    const patient = await admitPatient(world, "card_v2");
    await topUp(world, patient);
    await ward(world, "card_v2", "settle-stay", { cost: "300.00" });
    const view = await endOfDischarge(world, await askDischarge(world, patient));
    const [refund] = view.refunds;
    assert.ok(refund);
    assert.deepEqual(await lineOf(refund.id), ["refund", "20000", "20000"]);
  });
});

Deno.test("what is on its way at a place is counted for who may see its orders (R-BIL-17)", async () => {
  await using world = await openWorld();
  const { call, institution } = await staffOf(world);
  const ask = (organisationId?: string) =>
    answered<InFlightReply>(
      call("GET", `/orders/in-flight${organisationId ? `?organisationId=${organisationId}` : ""}`),
    );
  assert.deepEqual(await ask(), { organisation: null, states: [] });
  const order = await orderAllBills(world, "two_bills");
  const { organisation, states: [found, ...others] } = await ask(institution.id);
  assert.deepEqual(organisation, { id: institution.id, name: institution.name });
  assert.deepEqual([found?.state, found?.count, others], [order.state, 1, []]);
  assert.ok(found && Date.parse(found.oldestAt) <= world.clock.now().getTime());
  const elsewhere = await world.own.db.selectFrom("organisation").selectAll()
    .where("type", "is not", null).where("id", "<>", institution.id)
    .where("parent_id", "<>", institution.id).executeTakeFirstOrThrow();
  const stranger = consoleAs(world, callerWith(PROGRAM, ["order.read"], elsewhere.path));
  assert.deepEqual(
    await answered(stranger("GET", "/orders/in-flight")),
    { organisation: null, states: [] },
  );
  const asked = stranger("GET", `/orders/in-flight?organisationId=${institution.id}`);
  assert.equal(await refused(asked), "404 access.not_found");
  const nobody = consoleAs(world, PROGRAM);
  assert.equal(await refused(nobody("GET", "/orders/in-flight")), "403 access.forbidden");
});

async function staffOf(world: World) {
  const institution = await getOrganisation({ db: world.own.db }, world.terminal.institutionId);
  return {
    institution,
    call: consoleAs(world, callerWith(PROGRAM, ["order.read"], institution.path)),
  };
}

async function openWards(world: World): Promise<void> {
  const { audit, rowTags } = world.services;
  await world.own.db.transaction().execute((tx) =>
    changeSetting({ clock: world.clock, audit, rowTags }, tx, {
      change: {
        scopeId: world.terminal.id,
        name: "services.open",
        value: ["pay", "register", "inpatient"],
      },
      actor: shellActor("test"),
    })
  );
  world.clock.advance(3_000);
}
