import { createHash } from "node:crypto";
import type { Kysely } from "kysely";
import type { AggregatePayConfig } from "../../gateways/aggregate_pay/client.ts";
import { type Notice, verifyNotify } from "../../gateways/aggregate_pay/notify.ts";
import type { Clock } from "../../platform/clock.ts";
import { newId } from "../../platform/ids.ts";
import { type OutboxTables, publish } from "../../platform/outbox.ts";
import type { Sealer } from "../../platform/sealer.ts";
import { unknownActor } from "../audit/actor.ts";
import type { AuditWriter } from "../audit/record_events.ts";
import type { AuditTables } from "../audit/tables.ts";
import { TRADE_REPORTED, type TradeReportedPayload } from "./events.ts";
import { findTradeById, insertEvidence, judgeEvidence } from "./store.ts";
import type { PaymentTables } from "./tables.ts";
import type { Trade } from "./trade.ts";

export interface ReceiveNotifyDeps {
  readonly db: Kysely<PaymentTables & OutboxTables & AuditTables>;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly audit: AuditWriter;
  readonly config: Pick<AggregatePayConfig, "appId" | "notifyKey" | "orderPrefix">;
}

export type NoticeVerdict =
  | "reported"
  /** Amount or merchant are not the trade's; reported all the same, as the bank is asked anyway. */
  | "mismatch"
  | "bad_signature"
  | "unreadable"
  | "foreign_order"
  | "unknown_trade";

export interface ReceivedNotice {
  readonly verdict: NoticeVerdict;
  readonly orderId: string | null;
  readonly tradeId: string | null;
}

export interface ArrivedNotice {
  readonly headers: Headers;
  readonly body: string;
  readonly from: { readonly address: string | null; readonly traceId: string };
}

const HEADERS_KEPT = ["authorization", "content-type", "user-agent"];
const HEADER_CHARS_MAX = 512;

/**
 * Rule 5: the notice is kept in its own transaction before anything is judged. A notice moves
 * nothing by itself; it makes checkout ask the bank at once, so a repeated or false one does no harm.
 */
export async function receiveNotify(
  deps: ReceiveNotifyDeps,
  { headers, body, from }: ArrivedNotice,
): Promise<ReceivedNotice> {
  const evidenceId = newId(deps.clock.now());
  const bodySealed = await deps.sealer.seal("payment_evidence.body", body);
  await deps.db.transaction().execute((tx) =>
    insertEvidence(tx, {
      id: evidenceId,
      bodyDigest: createHash("sha256").update(body).digest(),
      bodySealed,
      headers: keptHeaders(headers),
    })
  );
  const notice = verifyNotify(deps.config, headers, body);
  return await deps.db.transaction().execute(async (tx) => {
    const trade = notice.kind === "reported" ? await findTradeById(tx, notice.tradeId) : null;
    const verdict = verdictOf(notice, trade);
    await judgeEvidence(tx, evidenceId, { verdict, trade });
    if (isRefused(verdict)) {
      await deps.audit.record(tx, unknownActor({ name: "aggregate_pay", ...from }), [{
        kind: "payment.notice_refused",
        result: "refused",
        reason: verdict,
        objectId: evidenceId,
        fields: { why: verdict },
      }]);
    }
    if (trade) {
      await publish(tx, {
        type: TRADE_REPORTED,
        key: trade.orderId,
        payload: { orderId: trade.orderId, tradeId: trade.id } satisfies TradeReportedPayload,
        at: deps.clock.now(),
      });
    }
    return { verdict, orderId: trade?.orderId ?? null, tradeId: trade?.id ?? null };
  });
}

function isRefused(verdict: NoticeVerdict): boolean {
  return verdict !== "reported" && verdict !== "mismatch";
}

function verdictOf(notice: Notice, trade: Trade | null): NoticeVerdict {
  if (notice.kind !== "reported") return notice.kind;
  if (!trade) return "unknown_trade";
  const { merchant, amount } = notice.report;
  return merchant === trade.merchant && amount === trade.amount ? "reported" : "mismatch";
}

function keptHeaders(headers: Headers): string {
  const kept = HEADERS_KEPT.map((name) => [
    name,
    (headers.get(name) ?? "").slice(0, HEADER_CHARS_MAX),
  ]);
  return JSON.stringify(Object.fromEntries(kept));
}
