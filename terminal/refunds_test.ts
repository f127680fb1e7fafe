import assert from "node:assert/strict";
import type { RefundView } from "../server/modules/refund/contract.ts";
import { SimulatedReceiptPrinter } from "../sandbox/devices/receipt_printer.ts";
import { newId } from "../server/platform/ids.ts";
import { SETTINGS } from "./fake_platform.ts";
import type { PlatformAnswer, PlatformCall } from "./platform_client.ts";
import { openRefunds, type RefundAnswer } from "./refunds.ts";

const NOW = new Date("2026-11-22T04:30:00Z");
const ASKED = {
  identificationId: newId(NOW),
  orderId: newId(NOW),
  lines: null,
  why: "not_wanted",
} as const;

const NO_ANSWER = { kind: "no_answer", reason: "lost", late: false } as const;

Deno.test("Refunds.request() asks under an id of its own, which stays when the answer is lost", async () => {
  const rig = newRig([NO_ANSWER]);
  const lost = await rig.refunds.request(ASKED);
  assert.ok(lost.kind === "reply" && lost.reply.view === null);
  const { id } = lost.reply;
  assert.equal((rig.calls[0]?.body as { id: string }).id, id);
  rig.answers.push({ kind: "answered", status: 200, value: viewOf(id) });
  assert.equal(stateOf(await rig.refunds.look(id)), "returned");
  assert.equal(rig.calls[1]?.path, `/refunds/${id}`);
});

Deno.test("Refunds knows nothing of the patient any more once the session is over", async () => {
  const rig = newRig([]);
  rig.answers.push({ kind: "answered", status: 200, value: viewOf("x") });
  const answer = await rig.refunds.request(ASKED);
  assert.ok(answer.kind === "reply");
  rig.refunds.leave();
  const gone = await rig.refunds.look(answer.reply.id);
  assert.ok(gone.kind === "refusal");
  const slip = await rig.refunds.print(answer.reply.id);
  assert.ok("code" in slip && slip.code === "terminal.order_not_here");
});

Deno.test("Refunds.print() prints what came back and how", async () => {
  const rig = newRig([]);
  rig.answers.push({ kind: "answered", status: 200, value: viewOf("x") });
  const answer = await rig.refunds.request(ASKED);
  assert.ok(answer.kind === "reply");
  assert.deepEqual(await rig.refunds.print(answer.reply.id), { kind: "printed" });
  const text = JSON.stringify(rig.printer.sheets);
  for (const words of ["退费凭条", "R03172", "退回微信支付", "15.15元"]) {
    assert.ok(text.includes(words), words);
  }
});

Deno.test("Refunds passes on why the platform refuses", async () => {
  const problem = {
    type: "about:blank",
    title: "Cannot give back",
    status: 409,
    code: "refund.rendered",
    retry: "never",
    traceId: "t",
  } as const;
  const rig = newRig([{ kind: "problem", status: 409, problem }]);
  const answer = await rig.refunds.request(ASKED);
  assert.ok(answer.kind === "problem" && answer.problem.code === "refund.rendered");
});

function stateOf(answer: RefundAnswer): string | undefined {
  return answer.kind === "reply" ? answer.reply.view?.state : undefined;
}

function viewOf(id: string): RefundView {
  const at = NOW.toISOString();
  return {
    id,
    number: "R03172",
    orderId: ASKED.orderId,
    orderNumber: "A03172",
    title: "门诊费用",
    state: "returned",
    why: "not_wanted",
    askedBy: "patient",
    askedAt: at,
    endedAt: at,
    valueFen: "1515",
    lines: [{ name: "阿托伐他汀钙片", quantity: "4", amountFen: "1515" }],
    parts: [{
      way: "cash",
      amountFen: "1515",
      state: "returned",
      to: "微信支付",
      reference: "420000",
      arrives: "at_once",
    }],
    keptFen: "0",
    keptCashFen: "0",
    gaveEverything: false,
    reason: null,
    slip: null,
  };
}

function newRig(answers: PlatformAnswer<RefundView>[]) {
  const calls: PlatformCall<unknown>[] = [];
  const printer = new SimulatedReceiptPrinter({
    pause: () => Promise.resolve(),
    printTakesMs: 0,
    columns: 48,
  });
  const refunds = openRefunds({
    client: {
      call(call: PlatformCall<RefundView>) {
        calls.push(call);
        return Promise.resolve(answers.shift() ?? NO_ANSWER);
      },
    },
    clock: { now: () => NOW },
    printer,
    settings: { last: SETTINGS },
  });
  return { refunds, printer, calls, answers };
}
