import { chinaTime } from "../../platform/clock.ts";
import { timeOfId } from "../../platform/ids.ts";
import { asFen, type Fen } from "../../platform/money.ts";
import type { Outcome } from "../../platform/outcome.ts";
import type { Sealer } from "../../platform/sealer.ts";
import type { Actor } from "../audit/actor.ts";
import type { AuditWriter } from "../audit/record_events.ts";
import { holdIdentified } from "../identity/hold_patient.ts";
import type { InsuranceSite } from "./claim_visit.ts";
import {
  type CertificateType,
  chooseInsuredRow,
  type InForce,
  inForce,
  type InsuredRow,
  type PersonAnswer,
  schemeName,
} from "./coverage.ts";
import { type MessageDeps, sendMessage } from "./send_message.ts";
import { type CoverageRow, saveCoverage } from "./store.ts";

export interface CheckCoverageDeps extends MessageDeps {
  readonly sealer: Sealer;
  readonly audit: AuditWriter;
}

/** Whom 1101 is about. */
export interface AskedPerson {
  readonly certificate: {
    readonly type: CertificateType;
    readonly number: string;
    /** 卡识别码, with type 03. */
    readonly cardIdentifier: string | null;
  };
  /** As HIS or the card has it; insurance must agree. */
  readonly person: { readonly name: string; readonly idNumber: string };
}

export interface CoverageRequest extends AskedPerson {
  readonly actor: Actor;
  readonly identificationId: string;
  readonly site: InsuranceSite;
}

export type Coverage =
  | {
    readonly status: "covered";
    readonly scheme: string;
    readonly schemeName: string;
    readonly accountBalance: Fen;
    /** All in force, the usual one first. */
    readonly schemes: readonly InForce[];
  }
  | { readonly status: "not_covered" }
  | { readonly status: "unavailable" };

/** Asks 1101 who is insured how, and keeps what a later claim needs together with the answer. */
export async function checkCoverage(
  deps: CheckCoverageDeps,
  request: CoverageRequest,
): Promise<Coverage> {
  const outcome = await sendMessage(deps, {
    infno: "1101",
    input: personInput(request, deps.clock.now()),
    site: request.site,
    orderId: null,
    insuplc: null,
    async after(tx, answer) {
      const found = answer.kind === "done" ? insuredAs(answer.value, request) : null;
      if (found && await holdIdentified(tx, request.identificationId)) {
        await saveCoverage(tx, await coverageRow(deps, request, found));
      }
      const { status } = coverageOf(deps, request, answer);
      await deps.audit.record(tx, request.actor, [{
        kind: "insurance.coverage_checked",
        result: status === "unavailable" ? "failed" : "succeeded",
        objectId: request.identificationId,
        fields: { status },
      }]);
    },
  });
  return coverageOf(deps, request, outcome);
}

function coverageOf(
  deps: CheckCoverageDeps,
  request: CoverageRequest,
  outcome: Outcome<PersonAnswer>,
): Coverage {
  if (outcome.kind === "refused") return refusedCoverage(deps, outcome.text);
  if (outcome.kind !== "done") return { status: "unavailable" };
  const found = insuredAs(outcome.value, request);
  if (found === null) return { status: "not_covered" };
  const { row } = found;
  return {
    status: "covered",
    scheme: row.insutype,
    schemeName: schemeName(row.insutype),
    accountBalance: asFen(row.balc),
    schemes: found.schemes,
  };
}

export interface Insured {
  readonly psnNo: string;
  readonly row: InsuredRow;
  readonly schemes: readonly InForce[];
}

/** Null when the answer is about somebody else, or nothing of his is in force. */
export function insuredAs(answer: PersonAnswer, request: AskedPerson): Insured | null {
  const row = isSamePerson(answer, request) ? chooseInsuredRow(answer.insuinfo) : null;
  return row && { psnNo: answer.baseinfo.psn_no, row, schemes: inForce(answer.insuinfo) };
}

/** A person nobody insures pays alone; any other refusal is the platform's trouble, not an answer. */
function refusedCoverage(deps: CheckCoverageDeps, text: string): Coverage {
  const nobody = deps.profile.unknownPersonText.test(text) ||
    deps.profile.expiredTokenText.test(text);
  return { status: nobody ? "not_covered" : "unavailable" };
}

/** §7.13: another name or number at the insurer means another person, so stop. */
function isSamePerson(answer: PersonAnswer, { person }: AskedPerson): boolean {
  return answer.baseinfo.psn_name.trim() === person.name.trim() &&
    answer.baseinfo.certno.toUpperCase() === person.idNumber.toUpperCase();
}

export function personInput(request: AskedPerson, now: Date): { readonly data: unknown } {
  const { type, number, cardIdentifier } = request.certificate;
  return {
    data: {
      mdtrt_cert_type: type,
      mdtrt_cert_no: number,
      card_sn: cardIdentifier ?? "",
      begntime: chinaTime(now),
      psn_cert_type: "01",
      certno: request.person.idNumber,
      psn_name: request.person.name,
    },
  };
}

async function coverageRow(
  deps: CheckCoverageDeps,
  request: CoverageRequest,
  { psnNo, row, schemes }: Insured,
): Promise<CoverageRow> {
  return {
    identification_id: request.identificationId,
    at: timeOfId(request.identificationId),
    institution_id: request.site.institutionId,
    psn_no_sealed: await deps.sealer.seal("insurance_coverage.psn_no", psnNo),
    certificate_type: request.certificate.type,
    certificate_sealed: await deps.sealer.seal(
      "insurance_coverage.certificate",
      request.certificate.number,
    ),
    insutype: row.insutype,
    insuplc_admdvs: row.insuplc_admdvs,
    psn_type: row.psn_type,
    balance_fen: row.balc,
    checked_at: deps.clock.now(),
    schemes: JSON.stringify(schemes),
  };
}
