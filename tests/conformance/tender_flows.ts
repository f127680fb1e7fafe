import assert from "node:assert/strict";
import { inspect } from "node:util";
import type { LegAnswer } from "../../server/modules/payment/leg_answer.ts";
import {
  AMOUNT,
  type Doing,
  openDesk,
  type Payer,
  type TenderDesk,
  type TenderRig,
} from "./tender_rig.ts";

/**
 * What every way to pay must stand, whatever its channel (R-PAY-19, R-REF-01). The defects named are
 * those of other payment systems: none may come back through an adapter.
 */
export function testTenderFlows(rig: TenderRig): void {
  Deno.test(`${rig.name} passes every flow of a tender (R-PAY-19, R-REF-01)`, async (t) => {
    await using desk = await openDesk(rig);
    for (const [name, flow] of Object.entries(FLOWS)) {
      if (APPLIES[name]?.(rig) === false) continue;
      await t.step(name, () => flow(desk));
    }
  });
}

type Flow = (desk: TenderDesk) => Promise<void>;

const APPLIES: Readonly<Record<string, (rig: TenderRig) => boolean>> = {
  "a decline is definite, has a code of ours, and takes nothing": has("insufficient"),
  "the patient refuses on the phone: definite, and another way may follow": does("refuses_by_hand"),
  "closed while the patient has not acted: it can never be paid": has("waits"),
  "paid just before it was closed: the money is found, never lost (D2)": has("waits"),
  "the answer to closing is lost: closing again ends it": has("waits"),
  "a refund under way is waited for, however long it takes (D4)": does("slow_refunds"),
  "an account that is gone has its own code, for a person to act on": does("closed_accounts"),
  "notices, twice and late, change nothing that is known (D2)": does("notices"),
  "an answer with another amount is asked about, and the truth is believed": does("wrong_amounts"),
  "another amount was booked: it is what was paid": does("wrong_amounts"),
  "a trade is asked about at the merchant it was opened under": does("merchant_moves"),
};

function has(payer: Payer): (rig: TenderRig) => boolean {
  return (rig) => rig.payers.includes(payer);
}

function does(doing: Doing): (rig: TenderRig) => boolean {
  return (rig) => rig.does.has(doing);
}

const FLOWS: Readonly<Record<string, Flow>> = {
  async "pays once, however often it is performed"(desk) {
    const tender = await desk.newTender();
    isPaid(await desk.pay(tender), AMOUNT);
    isPaid(await desk.ask(tender, "perform"), AMOUNT);
    isPaid(await desk.ask(tender, "find"), AMOUNT);
    assert.deepEqual(await desk.books(tender), [AMOUNT, 0n]);
    const row = await desk.row(tender);
    assert.equal(row.state, "paid");
    assert.equal(row.paid_fen, AMOUNT);
  },

  async "a decline is definite, has a code of ours, and takes nothing"(desk) {
    const tender = await desk.newTender("insufficient");
    const answer = await desk.pay(tender);
    assert.ok(answer.kind === "refused", inspect(answer));
    assert.equal(answer.code, "payment.insufficient");
    assert.deepEqual(await desk.books(tender), [0n, 0n]);
    assert.equal((await desk.ask(tender, "find")).kind, "refused");
  },

  async "the patient refuses on the phone: definite, and another way may follow"(desk) {
    const tender = await desk.newTender("waits");
    assert.equal((await desk.ask(tender, "perform")).kind, "pending");
    await desk.stage.patientRefuses?.(tender);
    assert.equal((await desk.ask(tender, "find")).kind, "refused");
    assert.deepEqual(await desk.books(tender), [0n, 0n]);
    isPaid(await desk.pay(await desk.newTender()), AMOUNT);
  },

  async "the answer is lost after the money was taken: unknown, then known (D6)"(desk) {
    const tender = await desk.newTender();
    desk.stage.lose("collect", "lose_answer");
    const lost = await desk.ask(tender, "perform");
    assert.equal(lost.kind, "unknown");
    await desk.stage.patientPays?.(tender);
    const found = await desk.ask(tender, "find");
    if (desk.rig.lostAnswer === "done") {
      isPaid(found, AMOUNT);
      assert.deepEqual(await desk.books(tender), [AMOUNT, 0n]);
    } else {
      assert.equal(found.kind, "refused");
      const [paid, refunded] = await desk.books(tender);
      assert.equal(paid - refunded, 0n);
    }
  },

  async "the request is lost: nothing was taken, and closing keeps it so (D1)"(desk) {
    const tender = await desk.newTender();
    desk.stage.lose("collect", "lose_request");
    assert.equal((await desk.ask(tender, "perform")).kind, "unknown");
    desk.stage.clock.advance(desk.rig.lateMs ?? 0);
    const found = await desk.ask(tender, "find");
    assert.ok(found.kind === "absent" || found.kind === "refused", found.kind);
    assert.equal((await desk.ask(tender, "close")).kind, "done");
    // The request that was thought lost arrives after all.
    const late = await desk.ask(tender, "perform");
    assert.equal(late.kind, "refused");
    const [paid, refunded] = await desk.books(tender);
    assert.equal(paid - refunded, 0n);
  },

  async "asking again while the channel does not answer stays unknown"(desk) {
    const tender = await desk.newTender();
    desk.stage.lose("collect", "lose_answer");
    assert.equal((await desk.ask(tender, "perform")).kind, "unknown");
    desk.stage.lose("query", "lose_answer");
    // A question is repeated by itself, so several go.
    for (let n = 0; n < 8; n++) desk.stage.lose("query", "lose_answer");
    assert.equal((await desk.ask(tender, "find")).kind, "unknown");
    assert.notEqual((await desk.row(tender)).state, "refused");
    desk.stage.faults.clear();
    await desk.stage.patientPays?.(tender);
    const found = await desk.ask(tender, "find");
    assert.equal(found.kind, desk.rig.lostAnswer === "done" ? "done" : "refused");
  },

  async "closed while the patient has not acted: it can never be paid"(desk) {
    const tender = await desk.newTender("waits");
    assert.equal((await desk.ask(tender, "perform")).kind, "pending");
    assert.equal((await desk.ask(tender, "close")).kind, "done");
    await desk.stage.patientPays?.(tender);
    assert.equal((await desk.ask(tender, "find")).kind, "refused");
    const [paid, refunded] = await desk.books(tender);
    assert.equal(paid - refunded, 0n);
  },

  async "paid just before it was closed: the money is found, never lost (D2)"(desk) {
    const tender = await desk.newTender("waits");
    assert.equal((await desk.ask(tender, "perform")).kind, "pending");
    await desk.stage.patientPays?.(tender);
    const closing = await desk.ask(tender, "close");
    assert.ok(closing.kind === "refused", closing.kind);
    assert.equal(closing.code, "payment.already_paid");
    isPaid(await desk.ask(tender, "find"), AMOUNT);
    assert.equal((await desk.row(tender)).state, "paid");
    assert.equal((await desk.ask(tender, "undo")).kind, "done");
    assert.deepEqual(await desk.books(tender), [AMOUNT, AMOUNT]);
  },

  async "the answer to closing is lost: closing again ends it"(desk) {
    const tender = await desk.newTender("waits");
    assert.equal((await desk.ask(tender, "perform")).kind, "pending");
    desk.stage.lose("close", "lose_answer");
    assert.equal((await desk.ask(tender, "close")).kind, "unknown");
    assert.equal((await desk.ask(tender, "close")).kind, "done");
    assert.equal((await desk.ask(tender, "find")).kind, "refused");
  },

  async "goes back whole, once, however often it is asked"(desk) {
    const tender = await desk.paid();
    assert.equal((await desk.ask(tender, "undo")).kind, "done");
    assert.equal((await desk.ask(tender, "undo")).kind, "done");
    assert.equal((await desk.ask(tender, "find_undo")).kind, "done");
    assert.deepEqual(await desk.books(tender), [AMOUNT, AMOUNT]);
    assert.equal((await desk.row(tender)).refunded_fen, AMOUNT);
  },

  async "goes back in parts, and never more than was paid (D3)"(desk) {
    const tender = await desk.paid();
    const first = { refundId: desk.newId(), fen: 1_000n };
    assert.equal((await desk.giveBack(tender, first)).kind, "done");
    assert.equal((await desk.giveBack(tender, first)).kind, "done");
    const over = await desk.giveBack(tender, { refundId: desk.newId(), fen: AMOUNT });
    assert.ok(over.kind === "refused");
    assert.equal(over.code, "payment.exceeds_remainder");
    assert.equal((await desk.ask(tender, "undo")).kind, "done");
    assert.deepEqual(await desk.books(tender), [AMOUNT, AMOUNT]);
  },

  async "a refund's answer is lost: it is found made, and made once (D4)"(desk) {
    const tender = await desk.paid();
    desk.stage.lose("refund", "lose_answer");
    assert.equal((await desk.ask(tender, "undo")).kind, "unknown");
    assert.equal((await desk.ask(tender, "find_undo")).kind, desk.rig.lostRefund ?? "done");
    assert.equal((await desk.ask(tender, "undo")).kind, "done");
    assert.deepEqual(await desk.books(tender), [AMOUNT, AMOUNT]);
  },

  async "a refund's request is lost: it is found absent, and asked again under its id"(desk) {
    const tender = await desk.paid();
    desk.stage.lose("refund", "lose_request");
    assert.equal((await desk.ask(tender, "undo")).kind, "unknown");
    desk.stage.clock.advance(desk.rig.lateMs ?? 0);
    assert.equal((await desk.ask(tender, "find_undo")).kind, "absent");
    assert.equal((await desk.ask(tender, "undo")).kind, "done");
    assert.deepEqual(await desk.books(tender), [AMOUNT, AMOUNT]);
  },

  async "a refund under way is waited for, however long it takes (D4)"(desk) {
    const tender = await desk.paid();
    desk.stage.slowRefund?.(3 * 3_600_000);
    assert.equal((await desk.ask(tender, "undo")).kind, "pending");
    desk.stage.clock.advance(2 * 3_600_000);
    assert.equal((await desk.ask(tender, "find_undo")).kind, "pending");
    desk.stage.clock.advance(3_600_000);
    assert.equal((await desk.ask(tender, "find_undo")).kind, "done");
    assert.deepEqual(await desk.books(tender), [AMOUNT, AMOUNT]);
  },

  async "a refused refund frees its amount and may be asked for again"(desk) {
    const tender = await desk.paid();
    desk.stage.refuseRefund();
    assert.equal((await desk.ask(tender, "undo")).kind, "refused");
    assert.equal((await desk.row(tender)).refunded_fen, 0n);
    assert.equal((await desk.ask(tender, "undo")).kind, "done");
    assert.deepEqual(await desk.books(tender), [AMOUNT, AMOUNT]);
  },

  async "an account that is gone has its own code, for a person to act on"(desk) {
    const tender = await desk.paid();
    const openAgain = await desk.stage.closedAccount?.(tender);
    const answer = await desk.ask(tender, "undo");
    assert.ok(answer.kind === "refused");
    assert.equal(answer.code, desk.rig.accountClosedCode ?? "payment.account_closed");
    assert.deepEqual(await desk.books(tender), [AMOUNT, 0n]);
    assert.equal((await desk.row(tender)).refunded_fen, 0n);
    await openAgain?.();
  },

  async "notices, twice and late, change nothing that is known (D2)"(desk) {
    const tender = await desk.paid();
    await desk.stage.notify?.(tender);
    await desk.stage.notify?.(tender);
    assert.equal((await desk.ask(tender, "undo")).kind, "done");
    await desk.stage.notify?.(tender);
    const row = await desk.row(tender);
    assert.equal(row.state, "paid");
    assert.deepEqual([row.paid_fen, row.refunded_fen], [AMOUNT, AMOUNT]);
    assert.deepEqual(await desk.books(tender), [AMOUNT, AMOUNT]);
  },

  async "an answer with another amount is asked about, and the truth is believed"(desk) {
    const tender = await desk.newTender();
    desk.stage.wrongAmount("echo", 100);
    const echoed = await desk.pay(tender);
    // Only the answer to the very call is doubted; a way with a patient's hand answers again.
    if (echoed.kind === "unknown") isPaid(await desk.ask(tender, "find"), AMOUNT);
    assert.deepEqual(await desk.books(tender), [AMOUNT, 0n]);
  },

  async "another amount was booked: it is what was paid"(desk) {
    const tender = await desk.newTender();
    desk.stage.wrongAmount("book", -20);
    await desk.pay(tender);
    isPaid(await desk.ask(tender, "find"), AMOUNT - 20n);
    assert.equal((await desk.row(tender)).paid_fen, AMOUNT - 20n);
    assert.equal((await desk.ask(tender, "undo")).kind, "done");
    assert.deepEqual(await desk.books(tender), [AMOUNT - 20n, AMOUNT - 20n]);
  },

  async "a trade is asked about at the merchant it was opened under"(desk) {
    const tender = await desk.paid();
    const moved = { ...tender, merchant: "H44190000099", terminalNumber: "9999" };
    isPaid(await desk.ask(moved, "find"), AMOUNT);
    isPaid(await desk.ask(moved, "perform"), AMOUNT);
    assert.equal((await desk.ask(moved, "undo")).kind, "done");
    assert.deepEqual(await desk.books(tender), [AMOUNT, AMOUNT]);
  },

  async "code or card went with a restart: ended for sure, or found paid"(desk) {
    const fresh = await desk.newTender();
    if (fresh.presented === null) return;
    const never = { ...fresh, presented: null };
    const gone = await desk.ask(never, "perform");
    assert.ok(gone.kind === "refused");
    assert.equal(gone.code, "payment.code_gone");
    const paid = await desk.paid();
    isPaid(await desk.ask({ ...paid, presented: null }, "perform"), AMOUNT);
    assert.deepEqual(await desk.books(paid), [AMOUNT, 0n]);
  },
};

function isPaid(answer: LegAnswer, fen: bigint): void {
  assert.ok(answer.kind === "done", inspect(answer));
  assert.equal(answer.split?.cash, fen);
}
