import { z } from "zod";

/** What the centre reads of a message's `data`; fields it does not use pass. */

const text = z.string().min(1);
const amount = z.string().regex(/^\d{1,12}\.\d{2}$/);
const maybe = z.string().optional().transform((value) => value === "" ? undefined : value);

export const feeSchema = z.looseObject({
  feedetlSn: text.max(30),
  medinsListCodg: text,
  medListCodg: text,
  detItemFeeSumamt: amount,
  cnt: text,
  pric: text,
  feeOcurTime: text,
  rxCircFlag: text,
  hospApprFlag: text,
  bilgDeptCodg: text,
  bilgDeptName: text,
  bilgDrCodg: text,
  bilgDrName: text,
});

export const uploadSchema = z.looseObject({
  orgCodg: z.string().regex(/^H\d{11}$/),
  medOrgOrd: text.max(40),
  psnNo: text,
  insutype: text,
  insuplcAdmdvs: text,
  medType: text,
  begntime: text,
  idNo: text,
  userName: text,
  ecToken: maybe,
  payAuthNo: maybe,
  iptOtpNo: text.max(30),
  atddrNo: text,
  drName: text,
  deptCode: text,
  deptName: text,
  caty: text,
  medfeeSumamt: amount,
  acctUsedFlag: z.enum(["0", "1"]),
  psnSetlway: text,
  chrgBchno: text.max(30),
  fulamtOwnpayAmt: amount,
  overlmtSelfpay: amount,
  preselfpayAmt: amount,
  inscpScpAmt: amount,
  /** `lng,lat`; a terminal that sends nought stands nowhere. */
  uldLatlnt: z.string().regex(/^1\d{2}\.\d+,\d{2}\.\d+$/),
  diseinfoList: z.array(z.record(z.string(), z.string())).min(1),
  feedetailList: z.array(feeSchema).min(1),
});

export const placeSchema = z.looseObject({
  payAuthNo: text,
  payOrdId: text,
  payToken: text,
  orgCodg: text,
});

export const orderKeySchema = z.looseObject({
  payOrdId: maybe,
  medOrgOrd: maybe,
  idNo: text,
  userName: text,
});

export const refundSchema = z.looseObject({
  payOrdId: text,
  appRefdSn: text.max(40),
  appRefdTime: z.string().regex(/^\d{14}$/),
  totlRefdAmt: amount,
  psnAcctRefdAmt: amount,
  fundRefdAmt: amount,
  cashRefdAmt: amount,
  ecToken: maybe,
  payAuthNo: maybe,
  refdType: z.enum(["ALL", "CASH", "HI"]),
});
