import { z } from "zod";
import { asFen, type Fen, formatYuan, parseYuan } from "../../platform/money.ts";

/**
 * The national 定点医药机构接口 as it is on the wire: spellings are the standard's, amounts yuan.
 * Answers are read leniently in type (numbers as text, null for missing) and strictly in presence.
 */

/** Transactions by their number without the provincial `A`. */
export type Infno =
  | "9001"
  | "1101"
  | "1162"
  | "2201"
  | "2202"
  | "2203"
  | "2204"
  | "2205"
  | "2206"
  | "2207"
  | "2208"
  | "2601"
  | "3201"
  | "5201"
  | "5203";

/** Paths under `/fsi/api/` where a province has one per transaction; the misspellings are real. */
export const FSI_PATHS: Readonly<Record<string, string>> = {
  "9001": "signInSignOutService/signIn",
  "1101": "fsiPsnInfoService/queryPsnInfo",
  "1162": "hsecfc/localQrCodeQuery",
  "2201": "outpatientDocInfoService/outpatientRregistration",
  "2202": "outpatientDocInfoService/outpatientRegistrationCancel",
  "2203": "outpatientDocInfoService/outpatientMdtrtinfoUp",
  "2203A": "outpatientDocInfoService/outpatientMdtrtinfoUpA",
  "2204": "outpatientDocInfoService/outpatientFeeListUp",
  "2205": "outpatientDocInfoService/outpatientFeeListUpCancel",
  "2206": "outpatientSettleService/preSettletment",
  "2206A": "outpatientSettleService/preSettletmentA",
  "2207": "outpatientSettleService/saveSettletmentV2",
  "2207A": "outpatientSettleService/saveSettletmentA",
  "2208": "outpatientSettleService/cancleSettletment",
  "2601": "reverseService/revsMethod",
  "3201": "ybSettlementStmtService/stmtTotal",
  "5201": "fsiIntegratedQueryService/queryMdtrtInfo",
  "5203": "fsiIntegratedQueryService/querySetlInfo",
};

/** Characters of `input`, and fee lines of one 2204. */
export const INPUT_CHARS_MAX = 40_000;
export const FEE_LINES_MAX = 100;
/** chrg_bchno that names every unsettled batch of a visit (2205). */
export const ALL_BATCHES = "0000";

export interface RequestEnvelope {
  readonly infno: string;
  readonly msgid: string;
  readonly mdtrtarea_admvs: string;
  readonly insuplc_admdvs: string;
  readonly recer_sys_code: string;
  readonly dev_no: string;
  readonly dev_safe_info: string;
  readonly cainfo: string;
  readonly signtype: string;
  readonly infver: string;
  readonly opter_type: string;
  readonly opter: string;
  readonly opter_name: string;
  readonly inf_time: string;
  readonly fixmedins_code: string;
  readonly fixmedins_name: string;
  readonly sign_no: string;
  readonly pw_ecToken?: string;
  readonly input: unknown;
}

const text = z.union([z.string(), z.number()]).transform(String);
const optionalText = z.union([z.string(), z.number()]).nullish()
  .transform((value) => value === null || value === undefined ? null : String(value));
const yuan = z.union([z.string(), z.number()]).transform((value, context): Fen => {
  try {
    return parseYuan(value);
  } catch {
    context.addIssue({ code: "custom", message: "expected yuan with two decimals" });
    return z.NEVER;
  }
});
/** A fund that a region does not have is left out, null or empty. */
const optionalYuan = z.union([yuan, z.literal("").transform(() => null), z.null()]).optional()
  .transform((value): Fen => value ?? asFen(0n));

/** `infcode` comes as number or string; anything without it is not this envelope. */
export const answerEnvelopeSchema = z.object({
  infcode: text,
  inf_refmsgid: optionalText,
  err_msg: optionalText,
  warn_msg: optionalText,
  /** Null, or left out altogether, where a transaction answers nothing. */
  output: z.unknown().optional(),
});

const signInOutputSchema = z.object({
  signinoutb: z.object({ sign_time: text, sign_no: text }),
});

const personOutputSchema = z.object({
  baseinfo: z.object({ psn_no: text, certno: text, psn_name: text }),
  insuinfo: z.array(z.object({
    balc: yuan,
    insutype: text,
    psn_type: text,
    psn_insu_stas: optionalText,
    insuplc_admdvs: text,
  })),
});

/** 1162 answers flat; some gateways wrap it in `data`, as an object or as JSON text (§5.7). */
const voucherOutputSchema = z.preprocess(
  unwrapData,
  z.object({
    idNo: text,
    userName: text,
    ecToken: text,
    insuOrg: optionalText,
  }),
);

const registerOutputSchema = z.object({ data: z.object({ mdtrt_id: text }) });

const feeResultSchema = z.object({
  feedetl_sn: text,
  det_item_fee_sumamt: yuan,
  fulamt_ownpay_amt: yuan,
  overlmt_amt: yuan,
  preselfpay_amt: yuan,
  inscp_scp_amt: yuan,
});
const feesOutputSchema = z.object({ result: z.array(feeResultSchema) });

export const settlementSchema = z.object({
  mdtrt_id: text,
  setl_id: optionalText,
  medins_setl_id: optionalText,
  clr_optins: optionalText,
  refd_setl_flag: optionalText,
  medfee_sumamt: yuan,
  fulamt_ownpay_amt: yuan,
  overlmt_selfpay: yuan,
  preselfpay_amt: yuan,
  inscp_scp_amt: yuan,
  hifp_pay: optionalYuan,
  cvlserv_pay: optionalYuan,
  hifes_pay: optionalYuan,
  hifmi_pay: optionalYuan,
  hifob_pay: optionalYuan,
  hifdm_pay: optionalYuan,
  maf_pay: optionalYuan,
  oth_pay: optionalYuan,
  fund_pay_sumamt: yuan,
  hosp_part_amt: optionalYuan,
  psn_part_amt: yuan,
  acct_pay: yuan,
  acct_mulaid_pay: optionalYuan,
  psn_cash_pay: yuan,
  balc: z.union([yuan, z.null()]).optional().transform((value): Fen | null => value ?? null),
});
const settlementOutputSchema = z.object({ setlinfo: settlementSchema });

/** Visits of a person (5201): how an unknown mdtrt_id or setl_id is found again. */
const visitsOutputSchema = z.object({
  mdtrtinfo: z.array(z.object({
    mdtrt_id: text,
    ipt_otp_no: text,
    setl_id: optionalText,
  })),
});

export type FeeResult = z.infer<typeof feeResultSchema>;
export type Settlement = z.infer<typeof settlementSchema>;

/** What each transaction answers; null for those with an empty `output`. */
export const OUTPUTS = {
  "9001": signInOutputSchema,
  "1101": personOutputSchema,
  "1162": voucherOutputSchema,
  "2201": registerOutputSchema,
  "2202": z.unknown(),
  "2203": z.unknown(),
  "2204": feesOutputSchema,
  "2205": z.unknown(),
  "2206": settlementOutputSchema,
  "2207": settlementOutputSchema,
  "2208": settlementOutputSchema,
  "2601": z.unknown(),
  "3201": z.object({ stmtinfo: z.object({ stmt_rslt: text, stmt_rslt_dscr: optionalText }) }),
  "5201": visitsOutputSchema,
  "5203": settlementOutputSchema,
} satisfies Record<Infno, z.ZodType>;

export type Outputs = { readonly [Number in Infno]: z.infer<(typeof OUTPUTS)[Number]> };
export type OutputOf<Number extends Infno> = Outputs[Number];

/** Fen as the JSON number of yuan; the shortest form of two decimals always reads back the same. */
export function toYuan(amount: bigint): number {
  return Number(formatYuan(amount));
}

function unwrapData(value: unknown): unknown {
  const data = isRecord(value) && "data" in value ? value["data"] : value;
  if (typeof data !== "string") return data;
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
