import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { newId } from "../server/platform/ids.ts";
import { SILENT_LOG } from "../server/platform/log.ts";
import { ManualPause } from "../sandbox/devices/manual_pause.ts";
import { FakePlatform } from "./fake_platform.ts";
import { Journal } from "./journal.ts";
import { type OrderEvent, Orders } from "./orders.ts";
import type { NewOrderRequest } from "./contract.ts";
import type { Pause } from "../server/platform/pause.ts";
import { PlatformClient } from "./platform_client.ts";
import { TemporaryFolder } from "../tests/temporary_folder.ts";

const NOW = new Date("2026-03-12T01:30:15Z");
const CLOCK = { now: () => NOW };

Deno.test("Orders.create() has the order on disk before the platform hears of it", async () => {
  await using rig = newRig();
  let onDisk: unknown = null;
  rig.platform.onCreate = (body) => {
    using file = new DatabaseSync(rig.path, { readOnly: true });
    onDisk = file.prepare("SELECT body FROM order_in_flight WHERE id = ?").get(body.id)?.body;
  };
  const request = newRequest();
  const id = idOf(await rig.orders.create(request));
  assert.deepEqual(JSON.parse(String(onDisk)), { id, ...request });
});

Deno.test("Orders.create() answers without a view when the answer is lost, then sends the same again", async () => {
  await using rig = newRig();
  rig.platform.loseAnswers(1);
  const answer = await rig.orders.create(newRequest());
  const id = idOf(answer);
  assert.deepEqual(answer, { kind: "reply", reply: { id, view: null } });
  const event = await rig.nextEvent();
  assert.equal(event.kind === "order" && event.order.id, id);
  const sent = rig.platform.heardOf("POST", "/orders").map((one) => one.body);
  assert.equal(sent.length, 2);
  assert.equal(sent[0], sent[1], "same id, same body");
  assert.equal(rig.platform.orders.size, 1);
});

Deno.test("Orders.catchUp() asks every order in flight once more before it is done", async () => {
  await using rig = newRig();
  const [first, second] = [newRequest(), newRequest()];
  const ids = [idOf(await rig.orders.create(first)), idOf(await rig.orders.create(second))];
  await rig.paused();
  for (const id of ids) rig.platform.move(id, { stage: "returned", state: "unwound" });
  await rig.orders.catchUp();
  assert.deepEqual(rig.journal.openOrders(), []);
});

Deno.test("Orders follows an order on after the journal could not be written for a while", async () => {
  await using rig = newRig();
  const id = idOf(await rig.orders.create(newRequest()));
  await rig.paused();
  rig.platform.move(id, { stage: "returned", state: "unwound" });
  {
    using held = new DatabaseSync(rig.path);
    held.exec(
      "CREATE TRIGGER full BEFORE UPDATE ON order_in_flight BEGIN SELECT raise(ABORT, 'disk is full'); END",
    );
    await rig.orders.catchUp();
    held.exec("DROP TRIGGER full");
  }
  assert.equal(rig.journal.openOrders().length, 1);
  await rig.orders.catchUp();
  assert.deepEqual(rig.journal.openOrders(), []);
});

Deno.test("Orders.catchUp() has nothing to wait for when nothing is in flight", async () => {
  await using rig = newRig();
  await rig.orders.catchUp();
  assert.deepEqual(rig.platform.heard, []);
});

Deno.test("Orders.create() gives the same order to a second touch for the same thing", async () => {
  await using rig = newRig();
  const request = newRequest();
  const [first, second] = [await rig.orders.create(request), await rig.orders.create(request)];
  assert.equal(idOf(first), idOf(second));
  assert.equal(rig.platform.orders.size, 1);
});

Deno.test("Orders.create() passes a definite refusal on and follows nothing", async () => {
  await using rig = newRig();
  rig.platform.refusal = { status: 409, code: "checkout.slot_taken" };
  const answer = await rig.orders.create(newRequest());
  assert.equal(answer.kind === "problem" && answer.problem.code, "checkout.slot_taken");
  assert.deepEqual(rig.journal.openOrders(), []);
});

Deno.test("A refusal after a lost answer asks for the order before it counts", async () => {
  await using rig = newRig();
  rig.platform.loseAnswers(1);
  rig.platform.onCreate = () => {
    // The first sending is taken; the second one meets a refusal, which must not win.
    if (rig.platform.orders.size === 1) {
      rig.platform.refusal = { status: 409, code: "identity.ended" };
    }
  };
  const id = idOf(await rig.orders.create(newRequest()));
  const event = await rig.nextEvent();
  assert.equal(event.kind, "order");
  assert.equal(rig.journal.findOrder(id)?.progress, "following");
});

Deno.test("An order whose request was lost and is refused later is told as refused", async () => {
  await using rig = newRig();
  rig.platform.loseRequests(1);
  rig.platform.refusal = { status: 409, code: "settings.service_closed" };
  const id = idOf(await rig.orders.create(newRequest()));
  const event = await rig.nextEvent();
  assert.equal(event.kind === "order_refused" && event.problem.code, "settings.service_closed");
  assert.equal(rig.journal.findOrder(id)?.progress, "refused");
  assert.equal(rig.orders.look(id).kind, "problem");
});

Deno.test("Orders go on after a restart with what the journal holds", async () => {
  using folder = new TemporaryFolder();
  const path = folder.file("journal");
  const platform = new FakePlatform();
  let id = "";
  {
    await using before = newRig({ path, platform });
    platform.loseAnswers(1_000);
    id = idOf(await before.orders.create(newRequest()));
  }
  platform.loseAnswers(0);
  await using after = newRig({ path, platform });
  after.orders.resume();
  const event = await after.nextEvent();
  assert.equal(event.kind === "order" && event.order.id, id);
  assert.equal(platform.orders.size, 1, "the restart made no second order");
});

Deno.test("Orders follow one till it is completed and then leave it alone", async () => {
  await using rig = newRig();
  const id = idOf(await rig.orders.create(newRequest()));
  await rig.nextEvent();
  await rig.paused();
  rig.platform.move(id, { state: "completed", stage: "completed", cancellable: false });
  rig.wake();
  const event = await rig.nextEvent();
  assert.equal(event.kind === "order" && event.order.stage, "completed");
  assert.equal(rig.journal.findOrder(id)?.progress, "final");
  assert.deepEqual(rig.journal.openOrders(), []);
});

Deno.test("Orders wait 700 ms before a screen and longer each time the platform is silent", async () => {
  await using rig = newRig();
  await rig.orders.create(newRequest());
  await rig.paused();
  rig.platform.loseRequests(3);
  for (const waits of [1, 2, 3]) {
    rig.wake();
    await rig.paused();
    assert.equal(rig.waits.length, waits + 1);
  }
  assert.deepEqual(rig.waits, [700, 1_000, 2_000, 4_000]);
});

Deno.test("Orders.leave() tells nothing more, and frees what was not begun to be paid", async () => {
  await using rig = newRig();
  const id = idOf(await rig.orders.create(newRequest()));
  await rig.nextEvent();
  await rig.paused();
  const cancelled = rig.platform.waitFor("POST", `/orders/${id}/cancel`);
  rig.orders.leave();
  assert.equal(rig.orders.look(id).kind, "refusal");
  await cancelled;
  await rig.orders[Symbol.asyncDispose]();
  assert.equal(rig.events.length, 0);
});

Deno.test("Orders.leave() cancels nothing that a tender was chosen for", async () => {
  await using rig = newRig();
  const id = idOf(await rig.orders.create(newRequest()));
  await rig.paused();
  const tender = {
    mode: "show_code",
    state: "opening",
    codeText: null,
    expiresAt: null,
    refusal: null,
  } as const;
  rig.platform.move(id, { state: "collecting", stage: "pay", tender });
  rig.orders.leave();
  await rig.paused();
  assert.equal(rig.platform.heardOf("POST", `/orders/${id}/cancel`).length, 0);
  assert.equal(rig.waits.at(-1), 5_000);
});

Deno.test("An order taken only after the patient left is cancelled", async () => {
  await using rig = newRig();
  rig.platform.loseRequests(2);
  const id = idOf(await rig.orders.create(newRequest()));
  await rig.paused();
  const cancelled = rig.platform.waitFor("POST", `/orders/${id}/cancel`);
  rig.orders.leave();
  await cancelled;
});

Deno.test("Orders.chooseTender() keeps one tender id when it asks twice", async () => {
  await using rig = newRig();
  const id = idOf(await rig.orders.create(newRequest()));
  await rig.paused();
  rig.platform.loseAnswers(1);
  const choosing = rig.orders.chooseTender(id, { mode: "show_code" });
  await rig.paused();
  rig.wake();
  const answer = await choosing;
  assert.equal(answer.kind === "reply" && answer.reply.view?.stage, "pay");
  const bodies = rig.platform.heardOf("POST", `/orders/${id}/tender`).map((one) => one.body);
  assert.equal(bodies.length, 2);
  assert.equal(bodies[0], bodies[1]);
});

function newRequest(): NewOrderRequest {
  return {
    identificationId: newId(NOW),
    payable: { kind: "bills", billIds: ["B1"] },
    settlement: "insurance",
  };
}

function idOf(answer: Awaited<ReturnType<Orders["create"]>>): string {
  if (answer.kind !== "reply") assert.fail(`expected a reply, got ${JSON.stringify(answer)}`);
  return answer.reply.id;
}

interface Rig extends AsyncDisposable {
  readonly platform: FakePlatform;
  readonly journal: Journal;
  readonly orders: Orders;
  readonly path: string;
  /** Told and not yet taken by nextEvent(). */
  readonly events: OrderEvent[];
  readonly waits: number[];
  nextEvent(): Promise<OrderEvent>;
  paused(): Promise<void>;
  wake(): void;
}

function newRig(
  given: { readonly path?: string; readonly platform?: FakePlatform } = {},
): Rig {
  const folder = new TemporaryFolder();
  const path = given.path ?? folder.file("journal");
  const platform = given.platform ?? new FakePlatform();
  const manual = new ManualPause();
  const waits: number[] = [];
  const pause: Pause = (ms, signal) => {
    waits.push(ms);
    return manual.pause(ms, signal);
  };
  const journal = new Journal(path, CLOCK);
  const client = new PlatformClient({
    options: {
      kind: "token",
      url: "http://platform",
      token: "t",
      terminalId: "T1",
      fetch: platform.fetch,
    },
    pause,
    log: SILENT_LOG,
    tell: () => {},
  });
  const events: OrderEvent[] = [];
  let told = Promise.withResolvers<void>();
  const tell = (event: OrderEvent) => {
    events.push(event);
    told.resolve();
  };
  const orders = new Orders({
    journal,
    client,
    clock: CLOCK,
    pause,
    log: SILENT_LOG,
    tell,
    watch: () => {},
  });
  return {
    platform,
    journal,
    orders,
    path,
    events,
    waits,
    async nextEvent() {
      for (;;) {
        const event = events.shift();
        if (event) return event;
        told = Promise.withResolvers();
        await told.promise;
      }
    },
    paused: () => manual.reached(),
    wake: () => manual.release(),
    async [Symbol.asyncDispose]() {
      client.close();
      await orders[Symbol.asyncDispose]();
      journal[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}
