import type { RegionalProfile } from "../../gateways/insurance/profile.ts";
import { FEE_LINES_MAX, INPUT_CHARS_MAX, toYuan } from "../../gateways/insurance/wire.ts";
import { chinaTime } from "../../platform/clock.ts";
import { sumFen } from "../../platform/money.ts";
import type { ClaimPerson, ClaimShares } from "./claim.ts";
import type { ClaimLine, ClaimVisit } from "./claim_visit.ts";

/** The inputs of a claim's messages, with the standard's spellings. */

type Input = Readonly<Record<string, unknown>>;

/** What names a visit that 2201 has registered. */
export interface RegisteredVisit {
  readonly person: ClaimPerson;
  readonly visit: ClaimVisit;
  readonly mdtrtId: string;
  readonly batchNumber: string;
}

const WHITE_SPACE_CHARS = 64;

export function registerInput(person: ClaimPerson, visit: ClaimVisit): Input {
  return {
    data: {
      psn_no: person.psnNo,
      insutype: person.insutype,
      begntime: chinaTime(visit.startedAt),
      mdtrt_cert_type: person.certificateType,
      mdtrt_cert_no: person.certificateNumber,
      ipt_otp_no: visit.visitNumber,
      atddr_no: visit.doctor.code,
      dr_name: visit.doctor.name,
      dept_code: visit.department.code,
      dept_name: visit.department.name,
      caty: visit.department.category,
      expContent: {},
    },
  };
}

export function visitInfoInput(of: RegisteredVisit, profile: RegionalProfile): Input {
  const { person, visit, mdtrtId } = of;
  const begntime = chinaTime(visit.startedAt);
  return {
    mdtrtinfo: {
      mdtrt_id: mdtrtId,
      psn_no: person.psnNo,
      med_type: visit.medicalType,
      begntime,
    },
    diseinfo: visit.diagnoses.map((diagnosis, index) => ({
      diag_type: profile.diagnosisType,
      diag_srt_no: index + 1,
      diag_code: diagnosis.code,
      diag_name: diagnosis.name,
      diag_dept: visit.department.name,
      dise_dor_no: visit.doctor.code,
      dise_dor_name: visit.doctor.name,
      diag_time: begntime,
      vali_flag: "1",
    })),
  };
}

/** 2204 in as few messages as lines and characters allow, all under one batch number. */
export function feeInputs(of: RegisteredVisit): readonly Input[] {
  const batches: unknown[][] = [];
  let chars = 0;
  for (const line of of.visit.lines) {
    const detail = feeDetail(of, line);
    const size = JSON.stringify(detail).length + 1;
    const batch = batches.at(-1);
    const fits = chars + size + WHITE_SPACE_CHARS <= INPUT_CHARS_MAX;
    if (batch && batch.length < FEE_LINES_MAX && fits) {
      batch.push(detail);
      chars += size;
    } else {
      batches.push([detail]);
      chars = size;
    }
  }
  return batches.map((feedetail) => ({ feedetail }));
}

export function presettleInput(of: RegisteredVisit, profile: RegionalProfile): Input {
  return { data: settleFields(of, profile) };
}

export function settleInput(
  of: RegisteredVisit,
  profile: RegionalProfile,
  shares: ClaimShares,
): Input {
  return {
    data: {
      ...settleFields(of, profile),
      invono: "",
      fulamt_ownpay_amt: toYuan(shares.full_own_pay_fen),
      overlmt_selfpay: toYuan(shares.over_limit_fen),
      preselfpay_amt: toYuan(shares.pre_self_pay_fen),
      inscp_scp_amt: toYuan(shares.in_scope_fen),
    },
  };
}

export function visitTotal(visit: ClaimVisit): bigint {
  return sumFen(visit.lines.map((line) => line.amountFen));
}

function settleFields(
  { person, visit, mdtrtId, batchNumber }: RegisteredVisit,
  profile: RegionalProfile,
): Input {
  return {
    psn_no: person.psnNo,
    mdtrt_cert_type: person.certificateType,
    mdtrt_cert_no: person.certificateNumber,
    med_type: visit.medicalType,
    medfee_sumamt: toYuan(visitTotal(visit)),
    psn_setlway: profile.settlementWay,
    mdtrt_id: mdtrtId,
    chrg_bchno: batchNumber,
    acct_used_flag: profile.usesAccount ? "1" : "0",
    insutype: person.insutype,
    expContent: relativePayer(person, profile),
  };
}

/** Of whose account the centre takes what the person's own leaves (家庭共济). */
function relativePayer({ payerPsnNo }: ClaimPerson, { relativeKey }: RegionalProfile): Input {
  return payerPsnNo === null || relativeKey === null ? {} : { [relativeKey]: payerPsnNo };
}

function feeDetail(of: RegisteredVisit, line: ClaimLine): Input {
  const { visit } = of;
  return {
    feedetl_sn: line.lineNumber,
    mdtrt_id: of.mdtrtId,
    psn_no: of.person.psnNo,
    chrg_bchno: of.batchNumber,
    dise_codg: "",
    rxno: "",
    rx_circ_flag: "0",
    fee_ocur_time: chinaTime(line.occurredAt),
    med_list_codg: line.catalogueCode,
    medins_list_codg: line.itemCode,
    det_item_fee_sumamt: toYuan(line.amountFen),
    cnt: Number(line.quantity),
    pric: Number(line.priceYuan),
    bilg_dept_codg: visit.department.code,
    bilg_dept_name: visit.department.name,
    bilg_dr_codg: visit.doctor.code,
    bilg_dr_name: visit.doctor.name,
    hosp_appr_flag: "1",
  };
}
