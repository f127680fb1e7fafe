import type * as wire from "../../server/gateways/his/wire.ts";
import { parseYuan } from "../../server/platform/money.ts";
import type { CentreAnswer } from "../insurance/ask_centre.ts";
import { type Answer, ok, refuse } from "./answer.ts";
import {
  type Claim,
  emptyClaim,
  figuresOf,
  findClaimRow,
  putClaim,
  requestOf,
  setlinfoSchema,
  sharesOf,
} from "./claim_book.ts";
import type { His } from "./his_calls.ts";
import { findPatientBy } from "./his_store.ts";

/** HIS settles with the centre; null where the centre left it without an answer. */

type Certificate = wire.PresettleClaim["certificate"];
/** Settled with the centre under this batch of the visit. */
const BATCH_CHARS = 30;

export function presettleClaim(his: His, body: wire.PresettleClaim): Answer | null {
  const known = findClaimRow(his, body.claimId);
  if (known?.state === "voided") return refuse("claim_voided", "该结算已撤销");
  if (known?.state === "settled" || known?.state === "asked") {
    return refuse("conflict", "该结算已办理");
  }
  const registered = known?.mdtrt_id ? known : register(his, body);
  if (registered === null || "code" in registered) return registered;
  const claim = putClaim(his.store, {
    ...registered,
    request: JSON.stringify(body),
    certificate: JSON.stringify(certificateOf(his, body)),
  });
  for (const [infno, input] of uploads(claim)) {
    const answer = ask(his, claim, { infno, input });
    if (answer?.kind !== "done") return refusalOf(answer);
  }
  const quote = ask(his, claim, { infno: "2206", input: settleInput(claim) });
  if (quote?.kind !== "done") return refusalOf(quote);
  const setlinfo = setlinfoSchema.parse(quote.output.setlinfo);
  putClaim(his.store, { ...claim, state: "quoted", quote: JSON.stringify(setlinfo) });
  return ok({ claimId: claim.claim_id, ...figuresOf(setlinfo), ...sharesOf(setlinfo) });
}

export function settleClaim(his: His, body: wire.SettleClaim): Answer | null {
  const known = findClaimRow(his, body.claimId);
  if (!known || known.state === "registered") return refuse("claim_unknown", "没有预结算");
  if (known.state === "voided") return refuse("claim_voided", "该结算已撤销");
  const claim = known.state === "asked" ? lookUp(his, known) : known;
  if (claim === null) return null;
  if (claim.state === "settled") return ok(JSON.parse(claim.answer ?? "null"));
  if (parseYuan(requestOf(claim).total) !== parseYuan(body.total)) {
    return refuse("amount_mismatch", "总额与预结算不符");
  }
  const asked = putClaim(his.store, {
    ...claim,
    state: "asked",
    ...(body.certificate && { certificate: JSON.stringify(body.certificate) }),
  });
  const answer = ask(his, asked, { infno: "2207", input: settleInput(asked, true) });
  if (answer?.kind === "refused") putClaim(his.store, { ...asked, state: "quoted" });
  if (answer?.kind !== "done") return refusalOf(answer);
  return ok(JSON.parse(keepSettled(his, asked, answer.output.setlinfo).answer ?? "null"));
}

export function findClaim(his: His, body: wire.ClaimPlace): Answer | null {
  const known = findClaimRow(his, body.claimId);
  if (!known) return ok({ state: "absent" });
  const claim = known.state === "asked" ? lookUp(his, known) : known;
  if (claim === null) return null;
  switch (claim.state) {
    case "registered":
    case "quoted":
    case "asked":
      return ok({ state: "quoted" });
    case "settled":
      return ok({ state: "settled", ...JSON.parse(claim.answer ?? "null") });
    case "voided":
      return ok({ state: "voided", voidId: claim.void_id });
  }
}

export function voidClaim(
  his: His,
  { claimId, institutionCode }: wire.ClaimPlace,
): Answer | null {
  const known = findClaimRow(his, claimId) ?? emptyClaim(claimId, institutionCode);
  const claim = known.state === "asked" ? lookUp(his, known) : known;
  if (claim === null) return null;
  if (claim.state === "settled") {
    const { psn_no, mdtrt_id, settlement_id: setl_id } = claim;
    const answer = ask(his, claim, {
      infno: "2208",
      input: { data: { psn_no, mdtrt_id, setl_id } },
    });
    // The centre's "already voided" is what was wanted; HIS asked before and got no answer.
    const isVoided = answer?.kind === "refused" && /已撤销/.test(answer.text);
    if (answer?.kind !== "done" && !isVoided) return refusalOf(answer);
    const void_id = answer?.kind === "done" ? String(answer.output.setlinfo.setl_id) : null;
    return voided(putClaim(his.store, { ...claim, state: "voided", void_id }));
  }
  return voided(putClaim(his.store, { ...claim, state: "voided" }));
}

export function releaseClaim(his: His, { claimId }: wire.ClaimPlace): Answer | null {
  const claim = findClaimRow(his, claimId);
  if (claim?.state === "settled" || claim?.state === "asked") {
    return refuse("conflict", "已结算，不能取消登记");
  }
  if (claim?.mdtrt_id) {
    const { psn_no, mdtrt_id } = claim;
    const key = { psn_no, mdtrt_id };
    const fees = ask(his, claim, {
      infno: "2205",
      input: { data: { ...key, chrg_bchno: "0000" } },
    });
    if (fees === null) return null;
    const ipt_otp_no = requestOf(claim).visitNumber;
    const visit = ask(his, claim, { infno: "2202", input: { data: { ...key, ipt_otp_no } } });
    if (visit === null) return null;
  }
  return ok({ claimId });
}

function voided(claim: Claim): Answer {
  return ok({ claimId: claim.claim_id, voidId: claim.void_id });
}

/** 1101 and 2201, once: a visit stands at the centre from here on. */
function register(his: His, body: wire.PresettleClaim): Claim | Answer | null {
  const certificate = certificateOf(his, body);
  if (certificate === null) return refuse("unknown_patient", "没有该患者的档案");
  const empty = emptyClaim(body.claimId, body.institutionCode);
  const proof = { mdtrt_cert_type: certificate.type, mdtrt_cert_no: certificate.number };
  // HIS reads a card by itself and knows its identifier; here its holder's ID number stands for it.
  const person = ask(his, empty, { infno: "1101", input: { data: proof } });
  if (person?.kind !== "done") return refusalOf(person);
  const insured = person.output.insuinfo.find((row: { psn_insu_stas: string }) =>
    row.psn_insu_stas === "1"
  );
  if (!insured) return refuse("insurance_refused", "未正常参保");
  const claim: Claim = {
    ...empty,
    psn_no: person.output.baseinfo.psn_no,
    insutype: insured.insutype,
    insuplc: insured.insuplc_admdvs,
    request: JSON.stringify(body),
  };
  const visit = ask(his, claim, { infno: "2201", input: visitInput(claim, proof) });
  if (visit?.kind !== "done") return refusalOf(visit);
  return putClaim(his.store, { ...claim, mdtrt_id: visit.output.data.mdtrt_id });
}

/** A card is known by its holder here; the e-voucher's token goes on as it is. */
function certificateOf(
  his: His,
  body: Pick<wire.PresettleClaim, "certificate" | "patientId" | "institutionCode">,
): NonNullable<Certificate> | null {
  if (body.certificate?.type === "01") return body.certificate;
  const key = { column: "patient_id", value: body.patientId } as const;
  const patient = findPatientBy(his.store, body.institutionCode, key);
  return patient && { type: "02", number: patient.idNumber };
}

function visitInput(claim: Claim, proof: Readonly<Record<string, string>>) {
  const body = requestOf(claim);
  return {
    data: {
      psn_no: claim.psn_no,
      insutype: claim.insutype,
      begntime: body.startedAt,
      ...proof,
      ipt_otp_no: body.visitNumber,
      atddr_no: body.doctor.code,
      dr_name: body.doctor.name,
      dept_code: body.department.code,
      dept_name: body.department.name,
      caty: body.department.category,
    },
  };
}

/** 2203, 2205 for what an earlier try left, 2204. */
function uploads(claim: Claim): readonly [string, Readonly<Record<string, unknown>>][] {
  const body = requestOf(claim);
  const key = { mdtrt_id: claim.mdtrt_id, psn_no: claim.psn_no };
  const doctor = { bilg_dr_codg: body.doctor.code, bilg_dr_name: body.doctor.name };
  return [
    ["2203", {
      mdtrtinfo: { ...key, med_type: body.medicalType, begntime: body.startedAt },
      diseinfo: body.diagnoses.map((diagnosis, index) => ({
        diag_type: "1",
        diag_srt_no: index + 1,
        diag_code: diagnosis.code,
        diag_name: diagnosis.name,
        diag_dept: body.department.name,
        dise_dor_no: body.doctor.code,
        dise_dor_name: body.doctor.name,
        diag_time: body.startedAt,
        vali_flag: "1",
      })),
    }],
    ["2205", { data: { ...key, chrg_bchno: "0000" } }],
    ["2204", {
      feedetail: body.lines.map((line) => ({
        feedetl_sn: line.lineNumber,
        ...key,
        chrg_bchno: batchOf(claim),
        rx_circ_flag: "0",
        fee_ocur_time: line.occurredAt,
        med_list_codg: line.catalogueCode,
        medins_list_codg: line.itemCode,
        det_item_fee_sumamt: line.amount,
        cnt: line.quantity,
        pric: line.price,
        bilg_dept_codg: body.department.code,
        bilg_dept_name: body.department.name,
        ...doctor,
        hosp_appr_flag: "1",
      })),
    }],
  ];
}

function settleInput(claim: Claim, isFinal = false) {
  const body = requestOf(claim);
  const certificate: NonNullable<Certificate> = JSON.parse(claim.certificate ?? "null");
  const quote = isFinal ? setlinfoSchema.parse(JSON.parse(claim.quote ?? "null")) : null;
  return {
    data: {
      psn_no: claim.psn_no,
      mdtrt_cert_type: certificate.type,
      mdtrt_cert_no: certificate.number,
      med_type: body.medicalType,
      medfee_sumamt: body.total,
      psn_setlway: "01",
      mdtrt_id: claim.mdtrt_id,
      chrg_bchno: batchOf(claim),
      acct_used_flag: "1",
      insutype: claim.insutype,
      ...(quote && {
        fulamt_ownpay_amt: quote.fulamt_ownpay_amt,
        overlmt_selfpay: quote.overlmt_selfpay,
        preselfpay_amt: quote.preselfpay_amt,
        inscp_scp_amt: quote.inscp_scp_amt,
      }),
    },
  };
}

/** After a 2207 without an answer: 5201 and 5203 say what the centre did; null when they do not. */
function lookUp(his: His, claim: Claim): Claim | null {
  const body = requestOf(claim);
  const day = body.startedAt.slice(0, 10);
  const { psn_no, mdtrt_id } = claim;
  const listed = ask(his, claim, {
    infno: "5201",
    input: {
      data: { psn_no, mdtrt_id, begntime: `${day} 00:00:00`, endtime: `${day} 23:59:59` },
    },
  });
  if (listed?.kind !== "done") return null;
  const setl_id = listed.output.mdtrtinfo[0]?.setl_id ?? null;
  if (setl_id === null) return putClaim(his.store, { ...claim, state: "quoted" });
  const found = ask(his, claim, { infno: "5203", input: { data: { psn_no, mdtrt_id, setl_id } } });
  if (found?.kind !== "done") return null;
  if (found.output.setlinfo.refd_setl_flag === "1") {
    return putClaim(his.store, { ...claim, state: "quoted" });
  }
  return keepSettled(his, claim, found.output.setlinfo);
}

function keepSettled(his: His, claim: Claim, output: unknown): Claim {
  const setlinfo = setlinfoSchema.parse(output);
  const settlementId = setlinfo.setl_id;
  return putClaim(his.store, {
    ...claim,
    state: "settled",
    settlement_id: settlementId,
    answer: JSON.stringify({ claimId: claim.claim_id, settlementId, ...figuresOf(setlinfo) }),
  });
}

function ask(
  his: His,
  claim: Claim,
  message: { readonly infno: string; readonly input: Readonly<Record<string, unknown>> },
): CentreAnswer | null {
  const refused: CentreAnswer = { kind: "refused", text: "本机构未接通医保" };
  const { institution, insuplc } = claim;
  return his.centre?.({ ...message, institution, insuplc: insuplc ?? "" }) ??
    (his.centre ? null : refused);
}

/** The centre's no in HIS's words; null for no answer. */
function refusalOf(answer: CentreAnswer | null): Answer | null {
  if (answer?.kind !== "refused") return null;
  if (/(ecToken|令牌).*过期/.test(answer.text)) {
    return refuse("insurance_token_expired", answer.text);
  }
  return /已清算/.test(answer.text)
    ? refuse("insurance_period_closed", answer.text)
    : refuse("insurance_refused", answer.text);
}

function batchOf(claim: Claim): string {
  return claim.claim_id.replaceAll("-", "").slice(-BATCH_CHARS);
}
