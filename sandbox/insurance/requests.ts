import { z } from "zod";
import { FEE_LINES_MAX } from "../../server/gateways/insurance/wire.ts";

/** What the centre takes, checked as strictly as the standard allows: a misspelt field is refused. */

function chars(max: number): z.ZodString {
  return z.string().min(1).max(max);
}

function maybe(max: number): z.ZodOptional<z.ZodNullable<z.ZodString>> {
  return z.string().max(max).nullable().optional();
}

/** N(a,b): a JSON number, or the same in text. */
const numeric = z.union([z.number(), z.string()]).transform(String)
  .refine((value) => /^-?\d{1,12}(\.\d{1,6})?$/.test(value), "数值格式错误");
const chinaTime = z.string().regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/, "时间格式错误");
const certificateType = z.enum(["01", "02", "03"]);
const expContent = z.union([z.string(), z.record(z.string(), z.unknown())]).nullable().optional();

export const envelopeSchema = z.strictObject({
  infno: chars(6),
  msgid: z.string().regex(/^[HP]\d{11}\d{14}\d{4}$/, "报文ID格式错误"),
  mdtrtarea_admvs: z.string().regex(/^\d{6}$/),
  insuplc_admdvs: z.string().max(6),
  recer_sys_code: chars(10),
  dev_no: z.string().max(100),
  dev_safe_info: z.string().max(2000),
  cainfo: z.string().max(1024),
  signtype: z.string().max(10),
  infver: chars(6),
  opter_type: z.enum(["1", "2", "3"]),
  opter: chars(30),
  opter_name: chars(50),
  inf_time: chinaTime,
  fixmedins_code: z.string().regex(/^[HP]\d{11}$/),
  fixmedins_name: chars(200),
  sign_no: z.string().max(30),
  pw_ecToken: maybe(2000),
  input: z.record(z.string(), z.unknown()),
});
export type Envelope = z.infer<typeof envelopeSchema>;

const visitKey = { psn_no: chars(30), mdtrt_id: chars(30) };

const settleFields = {
  ...visitKey,
  mdtrt_cert_type: certificateType,
  mdtrt_cert_no: chars(50),
  med_type: chars(6),
  medfee_sumamt: numeric,
  psn_setlway: z.enum(["01", "02"]),
  chrg_bchno: chars(30),
  acct_used_flag: z.enum(["0", "1"]),
  insutype: chars(6),
  expContent,
};

export const inputs = {
  signIn: z.strictObject({
    signIn: z.strictObject({ opter_no: chars(20), mac: chars(20), ip: chars(20) }),
  }),
  person: z.strictObject({
    data: z.strictObject({
      mdtrt_cert_type: certificateType,
      mdtrt_cert_no: chars(50),
      card_sn: maybe(32),
      begntime: maybe(19),
      psn_cert_type: maybe(6),
      certno: maybe(50),
      psn_name: maybe(50),
      expContent,
    }),
  }),
  card: z.strictObject({ data: z.strictObject({ cardno: chars(20), card_sn: chars(32) }) }),
  voucher: z.strictObject({
    data: z.strictObject({
      orgId: chars(40),
      businessType: z.string().regex(/^\d{5}$/),
      operatorId: chars(20),
      operatorName: chars(30),
      officeId: z.string().max(20),
      officeName: z.string().max(30),
      deviceType: chars(30),
      mdtrt_cert_type: z.literal("01"),
      ecQrCode: chars(4096),
    }),
  }),
  register: z.strictObject({
    data: z.strictObject({
      psn_no: chars(30),
      insutype: chars(6),
      begntime: chinaTime,
      mdtrt_cert_type: certificateType,
      mdtrt_cert_no: chars(50),
      ipt_otp_no: chars(30),
      atddr_no: chars(30),
      dr_name: chars(50),
      dept_code: chars(30),
      dept_name: chars(100),
      caty: chars(10),
      expContent,
    }),
  }),
  cancelVisit: z.strictObject({
    data: z.strictObject({ ...visitKey, ipt_otp_no: chars(30), expContent }),
  }),
  visitInfo: z.strictObject({
    mdtrtinfo: z.strictObject({
      ...visitKey,
      med_type: chars(6),
      begntime: chinaTime,
      main_cond_dscr: maybe(1000),
      dise_codg: maybe(30),
      dise_name: maybe(500),
      birctrl_type: maybe(6),
      birctrl_matn_date: maybe(10),
      matn_type: maybe(6),
      geso_val: numeric.nullable().optional(),
      expContent,
    }),
    diseinfo: z.array(z.strictObject({
      diag_type: z.enum(["1", "2", "3"]),
      diag_srt_no: numeric,
      diag_code: chars(20),
      diag_name: chars(100),
      diag_dept: chars(50),
      dise_dor_no: chars(30),
      dise_dor_name: chars(50),
      diag_time: chinaTime,
      vali_flag: z.enum(["0", "1"]),
    })).min(1),
  }),
  fees: z.strictObject({
    feedetail: z.array(z.strictObject({
      feedetl_sn: chars(30),
      ...visitKey,
      chrg_bchno: chars(30),
      dise_codg: maybe(30),
      rxno: maybe(30),
      rx_circ_flag: z.enum(["0", "1"]),
      fee_ocur_time: chinaTime,
      med_list_codg: chars(50),
      medins_list_codg: chars(150),
      det_item_fee_sumamt: numeric,
      cnt: numeric,
      pric: numeric,
      bilg_dept_codg: chars(30),
      bilg_dept_name: chars(100),
      bilg_dr_codg: chars(30),
      bilg_dr_name: chars(50),
      hosp_appr_flag: z.enum(["0", "1", "2"]),
      expContent,
    })).min(1).max(FEE_LINES_MAX),
  }),
  cancelFees: z.strictObject({
    data: z.strictObject({ ...visitKey, chrg_bchno: chars(30), expContent }),
  }),
  presettle: z.strictObject({ data: z.strictObject(settleFields) }),
  settle: z.strictObject({
    data: z.strictObject({
      ...settleFields,
      invono: maybe(20),
      fulamt_ownpay_amt: numeric,
      overlmt_selfpay: numeric,
      preselfpay_amt: numeric,
      inscp_scp_amt: numeric,
    }),
  }),
  voidSettlement: z.strictObject({
    data: z.strictObject({ ...visitKey, setl_id: chars(30), expContent }),
  }),
  reverse: z.strictObject({
    data: z.strictObject({ psn_no: chars(30), omsgid: chars(30), oinfno: chars(4) }),
  }),
  statement: z.strictObject({
    data: z.strictObject({
      insutype: chars(6),
      clr_type: chars(6),
      setl_optins: chars(6),
      stmt_begndate: z.iso.date(),
      stmt_enddate: z.iso.date(),
      medfee_sumamt: numeric,
      fund_pay_sumamt: numeric,
      acct_pay: numeric,
      fixmedins_setl_cnt: numeric,
      REFD_SETL_FLAG: maybe(3),
      refd_setl_flag: maybe(3),
    }),
  }),
  visits: z.strictObject({
    data: z.strictObject({
      psn_no: chars(30),
      begntime: chinaTime,
      endtime: chinaTime,
      med_type: maybe(6),
      mdtrt_id: maybe(30),
    }),
  }),
  settlement: z.strictObject({
    data: z.strictObject({ psn_no: chars(30), setl_id: chars(30), mdtrt_id: chars(30) }),
  }),
};
