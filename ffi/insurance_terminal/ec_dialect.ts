/**
 * What districts and builds of the 医保电子凭证 library may name differently. The transaction types
 * and their fields are those of 《医疗保障信息平台 医保电子凭证 接口规范》; what is marked assumed
 * was seen nowhere and has to be asked of the terminal's maker.
 */
export interface EcDialect {
  /** Of kiosks; staffed desks leave it out. */
  readonly deviceType: string;
  /** Decodes a code that somebody else's scanner read. */
  readonly scannedCodeTransType: string;
  /** Where that code stands in `data`; assumed. */
  readonly scannedCodeField: string;
  /** The terminal's own scanner reads and decodes. */
  readonly ownScannerTransType: string;
  readonly faceTransType: string;
  /** Asks what came of a face authorisation. */
  readonly faceResultTransType: string;
  /** 核验密码; assumed to be the same check, with the token and the amount in its `data`. */
  readonly secretTransType: string;
  readonly settlementTransType: string;
  /** Where the answer to it carries the token that pays; assumed. */
  readonly paymentTokenField: string;
  /** `code` of an answer that means: the patient gave up or showed nothing. */
  readonly cancelledCodes: readonly number[];
}

export const EC_DIALECT: EcDialect = {
  deviceType: "SelfService",
  scannedCodeTransType: "ec.query",
  scannedCodeField: "ecQrCode",
  ownScannerTransType: "cn.nhsa.qrcode.get",
  faceTransType: "cn.nhsa.ec.auth",
  faceResultTransType: "cn.nhsa.auth.check",
  secretTransType: "cn.nhsa.auth.check",
  settlementTransType: "cn.nhsa.settle.notify",
  paymentTokenField: "ecToken",
  cancelledCodes: [-2],
};
