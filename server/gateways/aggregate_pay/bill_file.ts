import { parseChinaTime } from "../../platform/clock.ts";
import { asFen, type Fen, parseYuan, sumFen } from "../../platform/money.ts";
import { done, notSent, type Outcome, refused, unknown } from "../../platform/outcome.ts";
import type { PartyReply } from "../../platform/party.ts";
import { BILL_COLUMNS } from "./wire.ts";

/** One merchant's T+1 file of a business day. */
export interface BillFile {
  readonly day: string;
  readonly lines: readonly BillLine[];
  /** Payments and refunds; equal to the sums of the lines, or the file is not accepted. */
  readonly paid: Fen;
  readonly refunded: Fen;
}

export interface BillLine {
  readonly kind: "payment" | "refund";
  readonly at: Date;
  readonly merchant: string;
  readonly terminalNumber: string;
  readonly orderNumber: string;
  readonly reference: string;
  readonly refundNumber: string | null;
  readonly wallet: string;
  /** Above zero for both kinds. */
  readonly amount: Fen;
}

export function readBillFile(reply: PartyReply, day: string): Outcome<BillFile> {
  if (reply.kind === "not_sent") return notSent(reply.reason);
  if (reply.kind === "lost") return unknown(reply.reason);
  if (reply.status === 404) return refused("BILL_NOT_READY", "");
  if (reply.status !== 200) return unknown(`HTTP ${reply.status}`);
  try {
    return done(parseBillFile(reply.body, day));
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    return unknown(thrown.message);
  }
}

/** Throws RangeError unless the file is whole: header as agreed, totals row there and right. */
export function parseBillFile(text: string, day: string): BillFile {
  const rows = text.replace(/^\uFEFF/, "").split(/\r?\n/).filter((row) => row !== "");
  const [header = "", ...rest] = rows;
  if (header !== BILL_COLUMNS.join(",")) {
    throw new RangeError(`Cannot read the bill of ${day}: its header is not as agreed`);
  }
  const totals = (rest.pop() ?? "").split(",");
  const lines = rest.map((row) => parseLine(row));
  const paid = sumOf(lines, "payment");
  const refunded = sumOf(lines, "refund");
  const expected = ["合计", lines.length, paid, refunded].join();
  const stated = totals.length === 4 && [
    totals[0],
    totals[1],
    parseYuan(totals[2] ?? ""),
    parseYuan(totals[3] ?? ""),
  ].join();
  if (stated !== expected) {
    throw new RangeError(`Cannot read the bill of ${day}: its totals row is missing or wrong`);
  }
  return { day, lines, paid, refunded };
}

function sumOf(lines: readonly BillLine[], kind: BillLine["kind"]): Fen {
  return sumFen(lines.filter((line) => line.kind === kind).map((line) => line.amount));
}

function parseLine(row: string): BillLine {
  const cells = row.split(",");
  const [time, merchant, terminalNumber, type, orderNumber, reference, refund, wallet, yuan] =
    cells;
  const kind = type === "支付" ? "payment" : type === "退款" ? "refund" : null;
  if (
    cells.length !== BILL_COLUMNS.length || !kind || !time || !merchant || !terminalNumber ||
    !orderNumber || !reference || !wallet || !yuan || (kind === "refund") !== (refund !== "")
  ) {
    throw new RangeError(`Cannot read a bill row: expected ${BILL_COLUMNS.length} filled cells`);
  }
  const amount = parseYuan(yuan);
  return {
    kind,
    at: parseChinaTime(time),
    merchant,
    terminalNumber,
    orderNumber,
    reference,
    refundNumber: refund || null,
    wallet,
    amount: asFen(kind === "refund" ? -amount : amount),
  };
}
