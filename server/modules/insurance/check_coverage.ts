import { chinaTime } from "../../platform/clock.ts";
import { timeOfId } from "../../platform/ids.ts";
import { asFen, type Fen } from "../../platform/money.ts";
import type { Sealer } from "../../platform/sealer.ts";
import type { InsuranceSite } from "./claim_visit.ts";
import {
  type CertificateType,
  chooseInsuredRow,
  type InsuredRow,
  type PersonAnswer,
  schemeName,
} from "./coverage.ts";
import { type MessageDeps, sendMessage } from "./send_message.ts";
import { saveCoverage } from "./store.ts";

export interface CheckCoverageDeps extends MessageDeps {
  readonly sealer: Sealer;
}

export interface CoverageRequest {
  readonly identificationId: string;
  readonly site: InsuranceSite;
  readonly certificate: {
    readonly type: CertificateType;
    readonly number: string;
    /** 卡识别码, with type 03. */
    readonly cardIdentifier: string | null;
  };
  /** As HIS or the card has it; insurance must agree. */
  readonly person: { readonly name: string; readonly idNumber: string };
}

export type Coverage =
  | {
    readonly status: "covered";
    readonly scheme: string;
    readonly schemeName: string;
    readonly accountBalance: Fen;
  }
  | { readonly status: "not_covered" }
  | { readonly status: "unavailable" };

/** Asks 1101 who is insured how, and keeps what a later claim needs of the answer. */
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
  });
  if (outcome.kind === "refused") return refusedCoverage(deps, outcome.text);
  if (outcome.kind !== "done") return { status: "unavailable" };
  const row = isSamePerson(outcome.value, request)
    ? chooseInsuredRow(outcome.value.insuinfo)
    : null;
  if (row === null) return { status: "not_covered" };
  await keep(deps, request, { psnNo: outcome.value.baseinfo.psn_no, row });
  return {
    status: "covered",
    scheme: row.insutype,
    schemeName: schemeName(row.insutype),
    accountBalance: asFen(row.balc),
  };
}

/** A person nobody insures pays alone; any other refusal is the platform's trouble, not an answer. */
function refusedCoverage(deps: CheckCoverageDeps, text: string): Coverage {
  const nobody = deps.profile.unknownPersonText.test(text) ||
    deps.profile.expiredTokenText.test(text);
  return { status: nobody ? "not_covered" : "unavailable" };
}

/** §7.13: another name or number at the insurer means another person, so stop. */
function isSamePerson(answer: PersonAnswer, { person }: CoverageRequest): boolean {
  return answer.baseinfo.psn_name.trim() === person.name.trim() &&
    answer.baseinfo.certno.toUpperCase() === person.idNumber.toUpperCase();
}

function personInput(request: CoverageRequest, now: Date): { readonly data: unknown } {
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

async function keep(
  deps: CheckCoverageDeps,
  request: CoverageRequest,
  found: { readonly psnNo: string; readonly row: InsuredRow },
): Promise<void> {
  const psn_no_sealed = await deps.sealer.seal(found.psnNo);
  const certificate_sealed = await deps.sealer.seal(request.certificate.number);
  await deps.db.transaction().execute((tx) =>
    saveCoverage(tx, {
      identification_id: request.identificationId,
      at: timeOfId(request.identificationId),
      institution_id: request.site.institutionId,
      psn_no_sealed,
      certificate_type: request.certificate.type,
      certificate_sealed,
      insutype: found.row.insutype,
      insuplc_admdvs: found.row.insuplc_admdvs,
      psn_type: found.row.psn_type,
      balance_fen: found.row.balc,
      checked_at: deps.clock.now(),
    })
  );
}
