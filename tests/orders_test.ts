import assert from "node:assert/strict";
import { driveDueOrders } from "../server/modules/checkout/jobs.ts";
import { findTerminal } from "../server/modules/fleet/register_terminals.ts";
import { shellActor } from "../server/modules/audit/actor.ts";
import { changeSetting } from "../server/modules/settings/read_settings.ts";
import { newId } from "../server/platform/ids.ts";
import type { Problem } from "../server/platform/openapi.ts";
import { act, billsOf, createOrder, identifyByCard, orderAllBills, readOrder } from "./visit.ts";
import { openWorld, type World } from "./world.ts";

/** Bad input: a clear problem answer, and nothing changed. */

async function problemOf(reply: Response): Promise<Problem> {
  assert.equal(reply.headers.get("content-type"), "application/problem+json");
  const problem: Problem = await reply.json();
  assert.equal(problem.status, reply.status);
  assert.match(problem.traceId, /^\w{8,}$/);
  return problem;
}

async function orderBody(world: World): Promise<Record<string, unknown>> {
  const identificationId = await identifyByCard(world, "two_bills");
  const [bill] = await billsOf(world, identificationId);
  return {
    id: world.id(),
    identificationId,
    payable: { kind: "bills", billIds: [bill?.id] },
    settlement: "insurance",
  };
}

async function ordersStored(world: World): Promise<number> {
  const rows = await world.own.db.selectFrom("checkout_order").select("id").execute();
  return rows.length;
}

Deno.test("POST /orders refuses what does not fit its schema and stores nothing", async () => {
  await using world = await openWorld();
  const good = await orderBody(world);
  const bad: Record<string, unknown> = {
    "an amount of the terminal's": { ...good, amountFen: "1" },
    "an unknown field": { ...good, extra: true },
    "a wrong type": { ...good, payable: "bills" },
    "no bills": { ...good, payable: { kind: "bills", billIds: [] } },
    "too many bills": {
      ...good,
      payable: { kind: "bills", billIds: Array.from({ length: 21 }, (_, n) => `B${n}`) },
    },
    "an id that is no UUIDv7": { ...good, id: crypto.randomUUID() },
    "nothing": null,
    "an array": [],
  };
  for (const [what, body] of Object.entries(bad)) {
    const reply = await world.call("POST", "/orders", body);
    assert.equal(reply.status, 400, what);
    assert.equal((await problemOf(reply)).code, "request.malformed", what);
  }
  const broken = await world.app.request("/api/terminal/v1/orders", {
    method: "POST",
    headers: {
      authorization: `Bearer ${"5a".repeat(32)}`,
      "x-terminal-id": world.terminal.id,
      "content-type": "application/json",
    },
    body: '{"id":',
  });
  assert.equal(broken.status, 400);
  assert.equal(await ordersStored(world), 0);
});

Deno.test("a body over the limit is refused before it is read", async () => {
  await using world = await openWorld();
  const reply = await world.call("POST", "/orders", { extra: "x".repeat(70_000) });
  assert.equal(reply.status, 413);
  assert.equal((await problemOf(reply)).code, "request.too_large");
});

Deno.test("the same id and content is the same order; other content is a conflict (rule 1)", async () => {
  await using world = await openWorld();
  const body = await orderBody(world);
  const first = await world.call("POST", "/orders", body);
  assert.equal(first.status, 201);
  const again = await world.call("POST", "/orders", body);
  assert.equal(again.status, 200);
  assert.equal((await again.json()).number, (await first.json()).number);
  const other = await world.call("POST", "/orders", { ...body, settlement: "self_pay" });
  assert.equal(other.status, 409);
  assert.equal((await problemOf(other)).code, "checkout.id_taken");
  assert.equal(await ordersStored(world), 1);
});

Deno.test("many resends at once make one order", async () => {
  await using world = await openWorld();
  const body = await orderBody(world);
  const replies = await Promise.all(
    Array.from({ length: 6 }, () => world.call("POST", "/orders", body)),
  );
  assert.deepEqual(replies.filter((reply) => reply.status === 201).length, 1);
  assert.ok(replies.every((reply) => reply.status === 201 || reply.status === 200));
  assert.equal(await ordersStored(world), 1);
});

Deno.test("a resend is answered after the patient has left; a new order is not begun", async () => {
  await using world = await openWorld();
  const body = await orderBody(world);
  await world.call("POST", "/orders", body);
  await world.call("DELETE", `/identifications/${body.identificationId}`);
  assert.equal((await world.call("POST", "/orders", body)).status, 200);
  const fresh = await world.call("POST", "/orders", { ...body, id: world.id() });
  assert.equal(fresh.status, 401);
  assert.equal((await problemOf(fresh)).code, "identity.ended");
});

Deno.test("orders and identifications of another terminal are as if they were not there", async () => {
  await using world = await openWorld();
  const order = await orderAllBills(world, "two_bills");
  const other = await findTerminal({ db: world.own.db }, { number: "0002" });
  assert.ok(other);
  for (
    const [method, path, body] of [
      ["GET", `/orders/${order.id}`],
      ["POST", `/orders/${order.id}/confirm`, { quoteVersion: 1 }],
      ["POST", `/orders/${order.id}/tender`, { id: world.id(), mode: "show_code" }],
      ["POST", `/orders/${order.id}/tender/close`],
      ["POST", `/orders/${order.id}/cancel`],
    ] as const
  ) {
    const reply = await world.call(method, path, body, other);
    assert.equal(reply.status, 404, path);
    assert.equal((await problemOf(reply)).code, "checkout.not_found");
  }
  const identificationId = await identifyByCard(world, "two_bills");
  const bills = await world.call(
    "GET",
    `/identifications/${identificationId}/bills`,
    undefined,
    other,
  );
  assert.equal(bills.status, 404);
  assert.equal((await readOrder(world, order)).stage, "confirm", "nothing changed");
});

Deno.test("nobody gets in without the terminal's token, or as a terminal that is not there", async () => {
  await using world = await openWorld();
  const headers: Record<string, string>[] = [
    {},
    { "x-terminal-id": world.terminal.id },
    { "x-terminal-id": world.terminal.id, authorization: "Bearer wrong-token" },
    { "x-terminal-id": newId(new Date()), authorization: `Bearer ${"5a".repeat(32)}` },
    { "x-terminal-id": "' or 1=1", authorization: `Bearer ${"5a".repeat(32)}` },
  ];
  for (const header of headers) {
    const reply = await world.app.request("/api/terminal/v1/settings", { headers: header });
    assert.equal(reply.status, 401);
    assert.equal((await problemOf(reply)).code, "fleet.not_authenticated");
  }
});

Deno.test("a closed service is refused with its reason; a suspended terminal serves nothing", async () => {
  await using world = await openWorld();
  const body = await orderBody(world);
  await set(world, "services.open", ["register"]);
  const closed = await world.call("POST", "/orders", body);
  assert.equal(closed.status, 403);
  assert.equal((await problemOf(closed)).code, "settings.service_closed_here");
  await set(world, "services.open", ["pay", "register"]);
  await set(world, "services.hours", { from: "13:00", to: "17:00" });
  const early = await world.call("POST", "/orders", { ...body, id: world.id() });
  assert.equal((await problemOf(early)).code, "settings.service_outside_hours");
  await set(world, "terminal.suspended", true);
  const suspended = await world.call("POST", "/orders", { ...body, id: world.id() });
  assert.equal((await problemOf(suspended)).code, "settings.terminal_suspended");
  assert.equal(await ordersStored(world), 0);
});

Deno.test("an order id from the future or from long ago is refused", async () => {
  await using world = await openWorld();
  const body = await orderBody(world);
  for (const offMs of [10 * 60_000, -48 * 3_600_000]) {
    const id = newId(new Date(world.clock.now().getTime() + offMs));
    const reply = await world.call("POST", "/orders", { ...body, id });
    assert.equal(reply.status, 409);
    assert.equal((await problemOf(reply)).code, "checkout.id_time");
  }
});

Deno.test("ids whose time no table has room for are refused, and nothing changes", async () => {
  await using world = await openWorld();
  const beyond = "ffffffff-ffff-7fff-bfff-ffffffffffff";
  const read = await world.call("GET", `/orders/${beyond}`);
  assert.equal((await problemOf(read)).code, "request.malformed");
  const body = await orderBody(world);
  const create = await world.call("POST", "/orders", { ...body, id: beyond });
  assert.equal((await problemOf(create)).code, "request.malformed");
  const order = await orderAllBills(world, "two_bills");
  await act(world, order, "confirm", { quoteVersion: 1 });
  for (const offMs of [10 * 60_000, -400 * 24 * 3_600_000]) {
    const id = newId(new Date(world.clock.now().getTime() + offMs));
    const tender = await world.call("POST", `/orders/${order.id}/tender`, {
      id,
      mode: "show_code",
    });
    assert.equal((await problemOf(tender)).code, "checkout.id_time");
  }
  assert.equal((await readOrder(world, order)).stage, "choose_tender");
  const old = newId(new Date(world.clock.now().getTime() - 400 * 24 * 3_600_000));
  const credential = { kind: "scanned_code", code: "1234567890" };
  const identify = await world.call("POST", "/identifications", { id: old, credential });
  assert.equal((await problemOf(identify)).code, "identity.id_time");
});

Deno.test("a trade id that pays another order is a conflict, and the order can still be paid", async () => {
  await using world = await openWorld();
  const [first, second] = [
    await orderAllBills(world, "two_bills"),
    await orderAllBills(world, "one_bill_resident"),
  ];
  const tender = { id: world.id(), mode: "show_code" };
  for (const order of [first, second]) await act(world, order, "confirm", { quoteVersion: 1 });
  await act(world, first, "tender", tender);
  const reply = await world.call("POST", `/orders/${second.id}/tender`, tender);
  assert.equal(reply.status, 409);
  assert.equal((await problemOf(reply)).code, "payment.id_taken");
  assert.equal((await readOrder(world, second)).stage, "choose_tender");

  // While somebody else works on the order the choice is only written down: judged all the same.
  const claim = (until: Date | null) =>
    world.own.db.updateTable("checkout_order")
      .set({ claimed_by: until && world.id(), claimed_until: until })
      .where("id", "=", second.id).execute();
  await claim(new Date(world.clock.now().getTime() + 10_000));
  const meanwhile = await world.call("POST", `/orders/${second.id}/tender`, tender);
  assert.equal((await problemOf(meanwhile)).code, "payment.id_taken");
  await claim(null);
  const paid = await act(world, second, "tender", { id: world.id(), mode: "show_code" });
  assert.equal(paid.stage, "pay");
});

Deno.test("an order takes only the steps its state allows", async () => {
  await using world = await openWorld();
  const order = await orderAllBills(world, "two_bills");
  const wrongQuote = await world.call("POST", `/orders/${order.id}/confirm`, { quoteVersion: 7 });
  assert.equal((await problemOf(wrongQuote)).code, "checkout.quote_changed");
  const tender = { id: world.id(), mode: "show_code" };
  const early = await world.call("POST", `/orders/${order.id}/tender`, tender);
  assert.equal((await problemOf(early)).code, "checkout.wrong_state");
  const cancelled = await act(world, order, "cancel");
  assert.equal(cancelled.state, "unwound");
  assert.equal(cancelled.reason, "checkout.cancelled");
  const late = await world.call("POST", `/orders/${order.id}/confirm`, { quoteVersion: 1 });
  assert.equal((await problemOf(late)).code, "checkout.wrong_state");
});

Deno.test("a bill of somebody else is not paid", async () => {
  await using world = await openWorld();
  const other = await identifyByCard(world, "one_bill_resident");
  const [bill] = await billsOf(world, other);
  const identificationId = await identifyByCard(world, "two_bills");
  const order = await createOrder(world, {
    identificationId,
    payable: { kind: "bills", billIds: [bill?.id] },
  });
  assert.equal(order.state, "unwound", JSON.stringify(order));
  assert.equal(order.quote, null);
});

async function set(
  world: World,
  name: "services.open" | "services.hours" | "terminal.suspended",
  value: unknown,
): Promise<void> {
  await world.own.db.transaction().execute((tx) =>
    changeSetting(
      { clock: world.clock, audit: world.services.audit, rowTags: world.services.rowTags },
      tx,
      {
        // deno-lint-ignore no-explicit-any -- three settings of different shapes
        change: { scopeId: world.terminal.id, name, value: value as any },
        actor: shellActor("test"),
      },
    )
  );
  // Terminals' sites are kept for two seconds.
  world.clock.advance(3_000);
}

Deno.test("a bill that one order is paying is not begun by another; after it ended it is", async () => {
  await using world = await openWorld();
  const first = await orderAllBills(world, "two_bills");
  const body = await orderBody(world);
  const second = await world.call("POST", "/orders", body);
  assert.equal(second.status, 409);
  assert.equal((await problemOf(second)).code, "checkout.bill_in_payment");
  assert.equal(await ordersStored(world), 1);
  await act(world, first, "cancel");
  const third = await world.call("POST", "/orders", { ...body, id: world.id() });
  assert.equal(third.status, 201);
});

Deno.test("the same identification id with another card is a conflict, with the same one the same answer", async () => {
  await using world = await openWorld();
  const id = world.id();
  const credentialOf = (story: string) => {
    const person = world.person(story);
    const { idNumber, name, idCardValidUntil: validUntil } = person;
    return { id, credential: { kind: "id_card", idNumber, name, validUntil } };
  };
  const first = await world.call("POST", "/identifications", credentialOf("two_bills"));
  const again = await world.call("POST", "/identifications", credentialOf("two_bills"));
  assert.deepEqual(await again.json(), await first.json());
  const other = await world.call("POST", "/identifications", credentialOf("many_bills"));
  assert.equal(other.status, 409);
  assert.equal((await problemOf(other)).code, "identity.id_taken");
});

Deno.test("an order that cannot be driven stands back and lets the others be driven", async () => {
  await using world = await openWorld();
  const stuck = await orderAllBills(world, "two_bills");
  const rubbish = new Uint8Array([1, 2, 3]);
  await world.own.db.updateTable("checkout_order").set({ priced_sealed: rubbish })
    .where("id", "=", stuck.id).execute();
  world.clock.advance(10 * 60_000);
  await driveDueOrders(world.services.checkout);
  const row = await world.own.db.selectFrom("checkout_order").select("next_attempt_at")
    .where("id", "=", stuck.id).executeTakeFirstOrThrow();
  assert.equal(row.next_attempt_at?.getTime(), world.clock.now().getTime() + 60_000);
});
