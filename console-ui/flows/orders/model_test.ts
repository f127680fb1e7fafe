import assert from "node:assert/strict";
import { BOOKS_SESSION, ORDER } from "../../testing/books.ts";
import { settle } from "../../testing/manual_timers.ts";
import { shownPage } from "../../testing/open_page.ts";
import { no, yes } from "../../testing/scripted_port.ts";
import { startedStage } from "../../testing/stage.ts";
import { valueOf } from "../loaded.ts";
import { timeLine } from "./time_line.ts";

Deno.test("OrdersModel lists a queue of the address, and asks the parties of one order again", async () => {
  const stage = await startedStage({
    address: "/console/orders?queue=attention",
    script: {
      "GET /session": [yes(BOOKS_SESSION)],
      "GET /orders": [yes({ orders: [ORDER], next: null })],
      "GET /orders/{id}": [yes(ORDER), yes(ORDER)],
      "POST /orders/{id}/ask-again": [
        no("checkout.busy"),
        yes({ ...ORDER, state: "completed" }),
      ],
    },
  });
  const flow = shownPage(stage, "orders")?.flow;
  assert.ok(flow);
  const asked = stage.port.asked.filter(({ name }) => name === "GET /orders");
  assert.deepEqual(asked.map(({ request }) => request), [{ query: { queue: "attention" } }]);
  stage.console.go({ section: "orders", id: ORDER.id });
  await settle();
  assert.equal(valueOf(flow.detail)?.state, "needs_attention");
  await flow.askAgain();
  await settle();
  assert.equal(valueOf(flow.detail)?.state, "needs_attention");
  await flow.askAgain();
  assert.equal(valueOf(flow.detail)?.state, "completed");
});

Deno.test("timeLine() puts everything in the order of its time, and what waits is said to wait", () => {
  const events = timeLine(ORDER);
  assert.deepEqual(events.map(({ what, outcome }) => `${what}｜${outcome}`), [
    "insurance 2207｜done",
    "医保结算：办理｜成功",
    "记账｜108.52 元",
    "付款：办理｜等待应答",
  ]);
});
