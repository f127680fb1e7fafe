import { z } from "zod";
import { chinaTime } from "../../server/platform/clock.ts";
import { findOrder, type Mobile, type OrderRow } from "./centre_book.ts";
import { orderData } from "./centre_calls.ts";
import { type CentreKeys, sealAnswer } from "./wrapper.ts";

/** 6302: the centre reports by itself, again and again until it reads a success. */

export interface ReportLine {
  readonly keys: CentreKeys;
  readonly url: () => string;
  readonly fetch: typeof fetch;
}

const RETRY_MS = [15_000, 60_000, 600_000] as const;
const REPORTS_AT_ONCE_MAX = 20;
const TIMEOUT_MS = 5_000;

const reportSchema = z.object({
  serial: z.number(),
  pay_ord_id: z.string(),
  ord_stas: z.number(),
  tries: z.number(),
});
type ReportRow = z.infer<typeof reportSchema>;

/** Late, or twice, where a fault says so. */
export function queueReport(mobile: Mobile, payOrdId: string, ordStas: number): void {
  const late = mobile.faults.take("mobile_insurance", "notify", "late_notify");
  const twice = mobile.faults.take("mobile_insurance", "notify", "duplicate_notify");
  const due = mobile.clock.now().getTime() + (late?.ms ?? 0);
  for (let n = 0; n < (twice ? 2 : 1); n++) {
    mobile.store.run(
      "insert into report (pay_ord_id, ord_stas, due_ms) values (?, ?, ?)",
      payOrdId,
      ordStas,
      due,
    );
  }
}

/** Sends what is due; how many were sent. */
export async function deliverReports(mobile: Mobile, line: ReportLine): Promise<number> {
  const due = mobile.store.all(
    `select serial, pay_ord_id, ord_stas, tries from report
     where done = 0 and due_ms <= ? order by serial limit ?`,
    mobile.clock.now().getTime(),
    REPORTS_AT_ONCE_MAX,
  ).map((row) => reportSchema.parse(row));
  for (const report of due) {
    const order = findOrder(mobile, "pay_ord_id", report.pay_ord_id);
    const isTaken = order !== null &&
      await sendReport(mobile, line, { ...order, ord_stas: report.ord_stas });
    settle(mobile, report, isTaken);
  }
  return due.length;
}

export async function sendReport(
  mobile: Mobile,
  { keys, url, fetch }: ReportLine,
  order: OrderRow,
): Promise<boolean> {
  const { ownPayAmt, ...data } = orderData(order);
  const traceTime = chinaTime(mobile.clock.now());
  const report = { ...data, ownpayAmt: ownPayAmt ?? null, callType: "02", traceTime };
  const timestamp = String(Math.floor(mobile.clock.now().getTime() / 1_000));
  try {
    const answer = await fetch(url(), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(sealAnswer(keys, { timestamp }, report)),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const said = z.object({ success: z.string() }).safeParse(await answer.json());
    return said.success && said.data.success === "true";
  } catch {
    return false;
  }
}

function settle(mobile: Mobile, report: ReportRow, isTaken: boolean): void {
  const wait = RETRY_MS[report.tries];
  const isOver = isTaken || wait === undefined;
  mobile.store.run(
    "update report set done = ?, tries = tries + 1, due_ms = ? where serial = ?",
    isOver ? 1 : 0,
    mobile.clock.now().getTime() + (wait ?? 0),
    report.serial,
  );
}
