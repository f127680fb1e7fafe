import assert from "node:assert/strict";
import type { Permission } from "../server/modules/access/permission.ts";
import { checkLegs } from "../server/modules/checkout/check/check_legs.ts";
import type { ConsoleOrder, OrderPage } from "../server/modules/checkout/console/contract.ts";
import { addPerson } from "./console.ts";
import { answered, type CallConsole, callerOf, consoleAs, refused } from "./console_callers.ts";
import { act, orderAllBills, readOrder, settle } from "./visit.ts";
import { openWorld, START, type World } from "./world.ts";

const EVIDENCE = { evidence: "银行回单已核对", evidenceNumber: "B20261118", evidenceDigest: null };
const STAFF: readonly Permission[] = ["order.read", "order.work", "order.approve"];

Deno.test("staff works on an order: asked for by one, decided by another (R-PAY-19, R-SEC-02)", async (t) => {
  await using world = await openWorld();
  const one = await staff(world, "cashier.one");
  const two = await staff(world, "cashier.two");
  const order = await unknownOrder(world);

  await t.step("it stands in the list, by queue and channel", async () => {
    const found = async (query: string) =>
      (await answered<OrderPage>(one("GET", `/orders?${query}`))).orders.map(({ id }) => id);
    assert.deepEqual(await found("queue=open&channel=aggregate_pay"), [order.id]);
    assert.deepEqual(await found("channel=card_host"), []);
    assert.deepEqual(await found("queue=attention"), []);
    assert.deepEqual(await found("stop=cancelled"), []);
    assert.deepEqual(await found("olderThanMinutes=60"), []);
    assert.deepEqual(await found(`number=${order.number}`), [order.id]);
    assert.deepEqual(await found("number=0001-000000000"), []);
  });

  await t.step("its time line says what was asked, and nothing of the patient", async () => {
    const reply = await one("GET", `/orders/${order.id}`);
    const text = await reply.text();
    const view: ConsoleOrder = JSON.parse(text);
    assert.ok(view.attempts.some(({ ask, answer }) => ask === "perform" && answer === "unknown"));
    const byTerminal = view.attempts.find(({ traceId }) => traceId !== null);
    assert.equal(byTerminal?.traceUrl, `https://traces.test/${byTerminal?.traceId}`);
    assert.ok(view.evidence.some(({ what }) => what === "2207"));
    assert.ok(view.postings.length > 0);
    assert.ok(!text.includes(world.person("two_bills").idNumber));
    assert.ok(!text.includes(world.person("two_bills").name));
  });

  await t.step("asking again asks at once", async () => {
    const before = (await answered<ConsoleOrder>(one("GET", `/orders/${order.id}`))).attempts;
    const { attempts } = await answered<ConsoleOrder>(
      one("POST", `/orders/${order.id}/ask-again`),
    );
    assert.ok(attempts.length > before.length);
  });

  const settling = { id: world.id(), kind: "settle", leg: 0, outcome: "done", ...EVIDENCE };

  await t.step("only what is in question can be stated, and nobody approves his own", async () => {
    const path = `/orders/${order.id}/acts`;
    const view = await answered<ConsoleOrder>(one("GET", `/orders/${order.id}`));
    const leg = view.legs.find(({ kind }) => kind === "tender");
    assert.deepEqual(leg?.settlements, ["done", "not_done"]);
    settling.leg = leg?.n ?? -1;
    const done = view.legs.find(({ state }) => state === "done");
    assert.equal(
      await refused(one("POST", path, { ...settling, leg: done?.n })),
      "409 checkout.wrong_state",
    );
    await answered(one("POST", path, settling));
    await answered(one("POST", path, settling));
    for (
      const other of [{ evidence: "另一份依据" }, { outcome: "not_done" }, { evidenceNumber: "B2" }]
    ) {
      assert.equal(
        await refused(one("POST", path, { ...settling, ...other })),
        "409 checkout.id_taken",
      );
    }
    const { acts } = await answered<ConsoleOrder>(one("GET", `/orders/${order.id}`));
    assert.equal(acts.length, 1);
    const waits = async (call: CallConsole) =>
      (await answered<OrderPage>(call("GET", "/orders?queue=approval"))).orders.map(({ id }) => id);
    assert.deepEqual([await waits(one), await waits(two)], [[], [order.id]]);
    assert.equal(
      await refused(one("POST", `${path}/${settling.id}/approve`)),
      "409 checkout.own_act",
    );
  });

  await t.step("approved by another, the order goes on and every book agrees", async () => {
    const path = `/orders/${order.id}/acts/${settling.id}`;
    await answered(two("POST", `${path}/approve`));
    world.faults.clear();
    const view = await settle(world, order);
    assert.equal(view.state, "completed", JSON.stringify(view));
    const { payments } = await answered<ConsoleOrder>(two("GET", `/orders/${order.id}`));
    assert.deepEqual(payments.map(({ state, reference }) => [state, reference]), [
      ["paid", EVIDENCE.evidenceNumber],
    ]);
    const since = new Date(START.getTime() - 3_600_000);
    assert.deepEqual(await checkLegs({ db: world.own.db }, since), []);
    assert.equal(await refused(two("POST", `${path}/reject`)), "409 checkout.act_decided");
    const kinds = await world.own.db.selectFrom("audit_event").select("kind")
      .where("order_id", "=", order.id).where("actor_kind", "=", "user").execute();
    assert.ok(kinds.some(({ kind }) => kind === "checkout.act_approved"));
  });
});

Deno.test("two of the staff turn an order back, and whatever moved goes back (R-REF-05)", async () => {
  await using world = await openWorld();
  const one = await staff(world, "cashier.one");
  const two = await staff(world, "cashier.two");
  const order = await unknownOrder(world);
  const body = { id: world.id(), kind: "close", ...EVIDENCE };
  await answered(one("POST", `/orders/${order.id}/acts`, body));
  await answered(two("POST", `/orders/${order.id}/acts/${body.id}/approve`));
  world.faults.clear();
  const view = await settle(world, order);
  assert.deepEqual([view.state, view.reason], ["unwound", "checkout.staff_closed"]);
  const foreign = await staff(world, "far.away", await otherTown(world));
  assert.equal(await refused(foreign("GET", `/orders/${order.id}`)), "404 checkout.not_found");
});

Deno.test("money that staff states was given back is so in payment's books too (R-REF-05)", async () => {
  await using world = await openWorld();
  const one = await staff(world, "cashier.one");
  const two = await staff(world, "cashier.two");
  const order = await unknownOrder(world);
  const path = `/orders/${order.id}`;
  const stating = async (body: Record<string, unknown>) => {
    const act = { id: world.id(), ...body, ...EVIDENCE };
    await answered(one("POST", `${path}/acts`, act));
    return await answered<ConsoleOrder>(two("POST", `${path}/acts/${act.id}/approve`));
  };
  const view = await answered<ConsoleOrder>(one("GET", path));
  const leg = view.legs.find(({ kind }) => kind === "tender")?.n;
  world.faults.plan("his", "*", { kind: "lose_request" }, 100);
  await stating({ kind: "settle", leg, outcome: "done" });
  await stating({ kind: "close" });
  world.faults.clear();
  world.faults.plan("aggregate_pay", "*", { kind: "lose_answer" }, 100);
  await settle(world, order, { roundsMax: 5 });
  const standing = await answered<ConsoleOrder>(one("GET", path));
  assert.deepEqual(standing.legs.find(({ n }) => n === leg)?.settlements, ["undone"]);
  const back = await stating({ kind: "settle", leg, outcome: "undone" });
  assert.deepEqual(back.payments.map(({ kind, state }) => `${kind} ${state}`), [
    "trade paid",
    "refund refunded",
  ]);
  const since = new Date(START.getTime() - 3_600_000);
  assert.deepEqual(await checkLegs({ db: world.own.db }, since), []);
});

async function staff(world: World, login: string, organisationId?: string): Promise<CallConsole> {
  await addPerson(world, {
    login,
    permissions: STAFF,
    ...(organisationId !== undefined && { organisationId }),
  });
  return consoleAs(world, await callerOf(world, login));
}

async function otherTown({ own, terminal }: World): Promise<string> {
  const { path } = await own.db.selectFrom("organisation").select("path")
    .where("id", "=", terminal.institutionId).executeTakeFirstOrThrow();
  const towns = await own.db.selectFrom("organisation").selectAll().where("kind", "=", "town")
    .execute();
  const other = towns.find((town) => !path.startsWith(town.path));
  assert.ok(other);
  return other.id;
}

/** Insurance has settled; the bank took the payment and says nothing. */
async function unknownOrder(world: World) {
  let order = await orderAllBills(world, "two_bills");
  order = await act(world, order, "confirm", { quoteVersion: 1 });
  world.faults.plan("aggregate_pay", "*", { kind: "lose_answer" }, 100);
  order = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
  assert.equal((await readOrder(world, order)).stage, "unknown");
  return order;
}
