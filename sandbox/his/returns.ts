import type * as wire from "../../server/gateways/his/wire.ts";
import type { ReturnDeposit } from "../../server/gateways/his/wire/inpatient.ts";
import { formatYuan, parseYuan, sumFen } from "../../server/platform/money.ts";
import type { CityInstitution } from "../city/city.ts";
import { numberIn, type Row, type Sqlite, textIn } from "../sqlite.ts";
import { depositRefusal, isDeposit } from "./admissions.ts";
import { type Answer, ok, refuse } from "./answer.ts";
import type { His } from "./his_calls.ts";
import { billsOfPosting } from "./his_store.ts";
import { findRow } from "./postings.ts";
import { unpostRegistration } from "./registration_postings.ts";

/** 退费: what was posted is given back, whole or in lines; each return once under the caller's id. */

export function findReturnable(his: His, body: { readonly postingId: string }): Answer {
  const row = findRow(his, body.postingId);
  if (!row) return ok({ state: "absent" });
  if (row["state"] === "cancelled") return ok({ state: "cancelled" });
  const lines = linesOf(his.store, body.postingId).map(({ billId, lineNumber, state }) => ({
    billId,
    lineNumber,
    state,
  }));
  return ok({ state: "posted", rendered: isRendered(row), lines });
}

export function findReturn(his: His, body: { readonly returnId: string }): Answer {
  const row = findReturnRow(his, body.returnId);
  if (!row) return ok({ state: "absent" });
  return ok({ state: "returned", total: formatYuan(BigInt(numberIn(row, "total_fen"))) });
}

export function returnPosting(his: His, body: wire.Return, institution: CityInstitution): Answer {
  const before = returnedBefore(his, body);
  if (before) return before;
  const posting = findRow(his, body.postingId);
  if (!posting) return refuse("unknown_posting", "没有此入账");
  if (posting["state"] === "cancelled") return refuse("already_returned", "已退费");
  if (isDeposit(his, body.postingId)) return refuse("not_settled", "预交金在出院结算后退");
  if (isRendered(posting)) return refuse("service_rendered", "已发药、已执行或已就诊");
  const no = body.lines === null
    ? returnWhole(his, posting, body)
    : returnLines(his, { ...body, lines: body.lines });
  return no ?? giveBack(his, body, institution);
}

/** A no to a return is for ever: a copy of it that comes later gives nothing back. */
export function refusedOnce(
  his: His,
  { returnId }: { readonly returnId: string },
  answer: () => Answer | null,
): Answer | null {
  if (findReturnRow(his, returnId)) return answer();
  const row = his.store.find("select answer from refused_return where return_id = ?", returnId);
  if (row) return JSON.parse(textIn(row, "answer"));
  const given = answer();
  if (given && given.code !== "ok") {
    his.store.run(
      "insert into refused_return (return_id, answer) values (?, ?)",
      returnId,
      JSON.stringify(given),
    );
  }
  return given;
}

/** Of an in-patient's deposit, what is due after the stay was settled. */
export function returnDeposit(
  his: His,
  body: ReturnDeposit,
  institution: CityInstitution,
): Answer {
  return returnedBefore(his, body) ?? depositRefusal(his, body) ??
    giveBack(his, body, institution);
}

type AnyReturn = wire.Return | ReturnDeposit;

function returnedBefore(his: His, body: AnyReturn): Answer | null {
  const before = findReturnRow(his, body.returnId);
  if (!before) return null;
  const isSame = textIn(before, "content") === JSON.stringify(body);
  return isSame ? returned(body) : refuse("conflict", "同一退费内容不同");
}

function giveBack(his: His, body: AnyReturn, institution: CityInstitution): Answer {
  his.store.run(
    `insert into posting_return (return_id, posting_id, institution, content, total_fen, at)
     values (?, ?, ?, ?, ?, ?)`,
    body.returnId,
    body.postingId,
    institution.code,
    JSON.stringify(body),
    parseYuan(body.total),
    his.clock.now().getTime(),
  );
  return returned(body);
}

function returned({ returnId, total }: AnyReturn): Answer {
  return ok({ returnId, total });
}

function returnWhole(his: His, posting: Row, { postingId, total }: wire.Return): Answer | null {
  const lines = linesOf(his.store, postingId);
  if (lines.some((line) => line.state === "rendered")) {
    return refuse("service_rendered", "已发药或已执行");
  }
  const open = lines.filter((line) => line.state === "open");
  const standing = lines.length > 0
    ? sumFen(open.map((line) => line.amount))
    : BigInt(numberIn(posting, "total_fen"));
  if (standing !== BigInt(parseYuan(total))) return refuse("amount_mismatch", "退费总额不符");
  for (const line of open) markLine(his.store, line, "returned");
  his.store.run(
    "update bill set state = 'withdrawn', posting_id = null where posting_id = ?",
    postingId,
  );
  his.store.run("update posting set state = 'cancelled' where posting_id = ?", postingId);
  unpostRegistration(his, postingId);
  return null;
}

function returnLines(
  his: His,
  body: wire.Return & { readonly lines: readonly wire.LineKey[] },
): Answer | null {
  const lines = linesOf(his.store, body.postingId);
  const wanted = body.lines.map((key) => lines.find((line) => isSame(line, key)));
  if (wanted.some((line) => line === undefined) || new Set(wanted).size !== wanted.length) {
    return refuse("conflict", "退费明细不属于此入账");
  }
  const chosen = wanted.filter((line) => line !== undefined);
  if (chosen.some((line) => line.state === "returned")) {
    return refuse("already_returned", "明细已退费");
  }
  if (chosen.some((line) => line.state === "rendered")) {
    return refuse("service_rendered", "明细已发药或已执行");
  }
  const standing = lines.filter((line) => line.state !== "returned");
  const counted = body.rest === "stays" ? chosen : standing;
  if (sumFen(counted.map((line) => line.amount)) !== parseYuan(body.total)) {
    return refuse("amount_mismatch", "退费总额不符");
  }
  for (const line of chosen) markLine(his.store, line, "returned");
  if (body.rest === "unpaid") chargeRest(his.store, body.postingId);
  return null;
}

/** The kept lines are unpaid bills of the same numbers again; those without any are done with. */
function chargeRest(store: Sqlite, postingId: string): void {
  for (const bill of billsOfPosting(store, postingId)) {
    const kept = bill.lines.filter((line) =>
      lineState(store, { billId: bill.billId, lineNumber: line.lineNumber }) !== "returned"
    );
    const amount = formatYuan(sumFen(kept.map((line) => parseYuan(line.amount))));
    store.run(
      "update bill set state = ?, posting_id = null, body = ? where bill_id = ?",
      kept.length > 0 ? "unpaid" : "withdrawn",
      JSON.stringify(kept.length > 0 ? { ...bill, amount, lines: kept } : bill),
      bill.billId,
    );
  }
  store.run("update posting set state = 'cancelled' where posting_id = ?", postingId);
}

/** A pharmacist hands a line out, or it is given back; given back it stays so. */
export function markLine(
  store: Sqlite,
  { billId, lineNumber }: wire.LineKey,
  state: "rendered" | "returned",
): void {
  store.run(
    `insert into bill_line (bill_id, line_number, state) values (?, ?, ?)
     on conflict (bill_id, line_number) do nothing`,
    billId,
    lineNumber,
    state,
  );
}

function linesOf(store: Sqlite, postingId: string) {
  return billsOfPosting(store, postingId).flatMap(({ billId, lines }) =>
    lines.map(({ lineNumber, amount }) => ({
      billId,
      lineNumber,
      amount: parseYuan(amount),
      state: lineState(store, { billId, lineNumber }),
    }))
  );
}

function lineState(store: Sqlite, key: wire.LineKey): "open" | "rendered" | "returned" {
  const row = store.find(
    "select state from bill_line where bill_id = ? and line_number = ?",
    key.billId,
    key.lineNumber,
  );
  if (!row) return "open";
  return row["state"] === "returned" ? "returned" : "rendered";
}

function isSame(line: wire.LineKey, key: wire.LineKey): boolean {
  return line.billId === key.billId && line.lineNumber === key.lineNumber;
}

function isRendered(posting: Row): boolean {
  return numberIn(posting, "rendered") === 1;
}

function findReturnRow(his: His, returnId: string): Row | null {
  return his.store.find("select * from posting_return where return_id = ?", returnId);
}
