import { createHash } from "node:crypto";
import type { Kysely } from "kysely";
import {
  answerReport,
  type OpenedReport,
  openReport,
} from "../../gateways/mobile_insurance/report.ts";
import type { WrapperLine } from "../../gateways/mobile_insurance/wrapper.ts";
import type { Clock } from "../../platform/clock.ts";
import { newId } from "../../platform/ids.ts";
import { type OutboxTables, publish } from "../../platform/outbox.ts";
import type { Sealer } from "../../platform/sealer.ts";
import { unknownActor } from "../audit/actor.ts";
import type { AuditWriter } from "../audit/record_events.ts";
import type { AuditTables } from "../audit/tables.ts";
import { type NotedReport, noteMobileReport } from "../insurance/mobile/note_report.ts";
import type { InsuranceTables } from "../insurance/tables.ts";
import { INSURANCE_REPORTED, type InsuranceReportedPayload } from "./events.ts";
import type { ArrivedNotice, NoticeVerdict } from "./receive_notify.ts";
import { insertEvidence, judgeEvidence } from "./store.ts";
import type { PaymentTables } from "./tables.ts";

export interface ReceiveReportDeps {
  readonly db: Kysely<PaymentTables & InsuranceTables & OutboxTables & AuditTables>;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly audit: AuditWriter;
  readonly line: WrapperLine;
}

/**
 * 6302, evidence first (rule 5). A report moves nothing by itself: what is news in it makes checkout
 * ask the centre at once. Resolves with the answer in the centre's own wrapper.
 */
export async function receiveMedicalReport(
  deps: ReceiveReportDeps,
  { body, from }: Omit<ArrivedNotice, "headers">,
): Promise<{ readonly verdict: NoticeVerdict; readonly answer: Record<string, unknown> }> {
  const evidenceId = newId(deps.clock.now());
  const bodySealed = await deps.sealer.seal("payment_evidence.body", body);
  await deps.db.transaction().execute((tx) =>
    insertEvidence(tx, {
      id: evidenceId,
      source: "medical_notice",
      bodyDigest: createHash("sha256").update(body).digest(),
      bodySealed,
      headers: "{}",
    })
  );
  const opened = await openReport(deps.line, body);
  const verdict = await deps.db.transaction().execute(async (tx) => {
    const now = deps.clock.now();
    const noted = opened.kind === "reported"
      ? await noteMobileReport(tx, opened.report, now)
      : null;
    const judged = verdictOf(opened, noted);
    const institutionId = noted?.institutionId ?? null;
    await judgeEvidence(tx, evidenceId, { verdict: judged, trade: null, institutionId });
    if (judged !== "reported") {
      await deps.audit.record(tx, unknownActor({ name: "mobile_insurance", ...from }), [{
        kind: "payment.notice_refused",
        result: "refused",
        reason: judged,
        objectId: evidenceId,
        fields: { why: judged },
      }]);
    }
    if (noted?.isNews) {
      const { orderId } = noted;
      const payload = { orderId } satisfies InsuranceReportedPayload;
      await publish(tx, { type: INSURANCE_REPORTED, key: orderId, payload, at: now });
    }
    return judged;
  });
  return { verdict, answer: await answerReport(deps.line, deps.clock, verdict === "reported") };
}

function verdictOf(opened: OpenedReport, noted: NotedReport | null): NoticeVerdict {
  if (opened.kind !== "reported") return opened.kind;
  return noted ? "reported" : "foreign_order";
}
