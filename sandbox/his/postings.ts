import type * as wire from "../../server/gateways/his/wire.ts";
import { businessDay } from "../../server/platform/clock.ts";
import { parseYuan } from "../../server/platform/money.ts";
import type { CityInstitution } from "../city/city.ts";
import { postDeposit, unpostDeposit } from "./admissions.ts";
import { type Answer, ok, refuse } from "./answer.ts";
import { type Effect, postBills, unpostBills } from "./bill_postings.ts";
import type { His } from "./his_calls.ts";
import { postRegistration, unpostRegistration } from "./registration_postings.ts";
import { numberIn, type Row, textIn } from "../sqlite.ts";

export function post(his: His, body: wire.Post, institution: CityInstitution): Answer {
  const before = findRow(his, body.postingId);
  if (before) return postAgain(before, body);
  const parts = [body.fund, body.account, body.other, body.cash].map(parseYuan);
  if (parts.reduce((sum, part) => sum + part, 0n) !== BigInt(parseYuan(body.total))) {
    return refuse("amount_mismatch", "各项支付之和与总额不符");
  }
  const done = effectOf(his, body);
  if (done.kind === "refused") return done.answer;
  const receiptNumber = nextReceiptNumber(his, institution);
  const { postingId, total } = body;
  const posted: wire.Posted = { postingId, receiptNumber, total, guidance: [...done.guidance] };
  his.store.run(
    `insert into posting
       (posting_id, institution, state, content, total_fen, receipt_number, body, at)
     values (?, ?, 'posted', ?, ?, ?, ?, ?)`,
    postingId,
    institution.code,
    contentOf(body),
    parseYuan(total),
    receiptNumber,
    JSON.stringify(posted),
    his.clock.now().getTime(),
  );
  return ok(posted);
}

function effectOf(his: His, body: wire.Post): Effect {
  switch (body.target.kind) {
    case "bills":
      return postBills(his, body, body.target.billIds);
    case "registration":
      return postRegistration(his, body, body.target.holdId);
    case "deposit":
      return postDeposit(his, body, body.target.admissionNumber);
  }
}

function postAgain(before: Row, body: wire.Post): Answer {
  if (before["state"] === "cancelled") return refuse("posting_cancelled", "该入账已撤销");
  if (textIn(before, "content") !== contentOf(body)) return refuse("conflict", "同一入账内容不同");
  return ok(JSON.parse(textIn(before, "body")));
}

export function findPosting(his: His, body: { readonly postingId: string }): Answer {
  const row = findRow(his, body.postingId);
  if (!row) return ok({ state: "absent" });
  if (row["state"] === "cancelled") return ok({ state: "cancelled" });
  const { postingId: _, ...posted } = JSON.parse(textIn(row, "body"));
  return ok({ state: "posted", ...posted });
}

export function cancelPosting(
  his: His,
  body: { readonly postingId: string },
  institution: CityInstitution,
): Answer {
  const { postingId } = body;
  const row = findRow(his, postingId);
  if (!row) {
    his.store.run(
      "insert into posting (posting_id, institution, state, at) values (?, ?, 'cancelled', ?)",
      postingId,
      institution.code,
      his.clock.now().getTime(),
    );
  } else if (row["state"] === "posted") {
    if (numberIn(row, "rendered") === 1) return refuse("service_rendered", "已发药或已执行");
    his.store.run("update posting set state = 'cancelled' where posting_id = ?", postingId);
    unpostBills(his, postingId);
    unpostRegistration(his, postingId);
    unpostDeposit(his, postingId);
  }
  return ok({ postingId });
}

export function findRow(his: His, postingId: string): Row | null {
  return his.store.find("select * from posting where posting_id = ?", postingId);
}

/** Without `paidAt`, which a second try may state anew. */
function contentOf({ paidAt: _, ...content }: wire.Post): string {
  return JSON.stringify(content);
}

function nextReceiptNumber(his: His, institution: CityInstitution): string {
  const row = his.store.find("select coalesce(max(serial), 0) + 1 as next from posting");
  const day = businessDay(his.clock.now()).replaceAll("-", "");
  const serial = String(row?.["next"] ?? 1).padStart(7, "0");
  return `${institution.code.slice(-4)}${day}${serial}`;
}
