import { z } from "zod";
import type { EcSettlement, EcTransaction } from "./contract.ts";
import type { EcDialect } from "./ec_dialect.ts";

const FEN_MAX = 99_999_999_999n;
/** Longest code taken from a scanner. */
const CODE_CHARACTERS_MAX = 4_096;

const word = (charactersMax: number) => z.string().min(1).max(charactersMax);

/** Widths of the specification; `outBizNo` is C64 and ours leave room for a suffix. */
const transaction = z.object({
  callId: z.string().regex(/^[A-Za-z0-9-]{1,60}$/),
  orgId: word(40),
  businessType: z.string().regex(/^\d{5}$/),
  operatorId: word(20),
  operatorName: word(30),
  officeId: word(20),
  officeName: word(30),
});

/** One call of `NationEcTrans`: the type and what stands in `data`, next to the caller's own fields. */
export interface EcCall {
  readonly transType: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * The JSON text of a call. Throws when a field of `request` is none: such a request is a defect of
 * the program; the message names fields, never their content.
 */
export function buildEcRequest(request: EcTransaction, call: EcCall): string {
  const checked = transaction.safeParse(request);
  if (!checked.success) {
    const fields = checked.error.issues.map((issue) => issue.path.join(".")).join(", ");
    throw new TypeError(`Cannot build the EC request: ${fields} unfit, expected the widths of it`);
  }
  const { callId: _, ...own } = checked.data;
  return JSON.stringify({
    orgId: own.orgId,
    transType: call.transType,
    data: { ...own, ...call.data },
    extra: {},
  });
}

/** What comes from a scanner may be anything; the rest of a request is the program's own. */
export function isVoucherCode(code: string): boolean {
  return code.length > 0 && code.length <= CODE_CHARACTERS_MAX;
}

/** `ec.query` with a code, `cn.nhsa.qrcode.get` where the terminal's own scanner is to read one. */
export function voucherCall(code: string | null, dialect: EcDialect): EcCall {
  if (code === null) return { transType: dialect.ownScannerTransType, data: {} };
  return {
    transType: dialect.scannedCodeTransType,
    data: { deviceType: dialect.deviceType, [dialect.scannedCodeField]: code },
  };
}

export function faceCall(callId: string, dialect: EcDialect): EcCall {
  return { transType: dialect.faceTransType, data: { outBizNo: callId, extData: {} } };
}

/** `outBizNo` is another one than that of the authorisation: it is unique for each call. */
export function faceResultCall(callId: string, authNo: string, dialect: EcDialect): EcCall {
  return {
    transType: dialect.faceResultTransType,
    data: { outBizNo: resultCallId(callId), authNo, extData: {} },
  };
}

export function resultCallId(callId: string): string {
  return `${callId}-R`;
}

export function secretCall(
  request: { readonly callId: string; readonly token: string; readonly amountFen: bigint },
  dialect: EcDialect,
): EcCall {
  if (request.amountFen < 1n) {
    throw new RangeError("Cannot ask for a secret: nothing is to be paid");
  }
  return {
    transType: dialect.secretTransType,
    data: {
      outBizNo: request.callId,
      ecToken: request.token,
      totalFee: yuan(request.amountFen),
      extData: {},
    },
  };
}

/**
 * `outBizNo` is that of the authorisation. Amounts whose meaning no text tells (`maAmt`, `hosPreAmt`,
 * `medOverLmtAmt`, `cvlservDedcAmt`) and the list of drugs are left out, as is who treated; that
 * `setlTime` is written as in insurance's messages is assumed.
 */
export function settlementCall(
  { callId, settlement }: { readonly callId: string; readonly settlement: EcSettlement },
  dialect: EcDialect,
): EcCall {
  const { settled } = settlement;
  return {
    transType: dialect.settlementTransType,
    data: {
      outBizNo: callId,
      // Of the authorisation alone.
      businessType: undefined,
      authNo: settlement.authorisation,
      medicalSettleState: settled === null ? "FAIL" : "SUCCESS",
      bizType: settlement.use,
      idNo: settlement.idNumber,
      userName: settlement.name,
      totalFee: yuan(settlement.totalFen),
      setlTime: settlement.time,
      hospitalName: settlement.institutionName,
      ...(settled && {
        medicalSettleNo: settled.number,
        ownAmt: yuan(settled.cashFen),
        hifAmt: yuan(settled.fundFen),
        acctAmt: yuan(settled.accountFen),
      }),
    },
  };
}

function yuan(fen: bigint): string {
  if (fen < 0n || fen > FEN_MAX) {
    throw new RangeError(`Cannot name an amount: ${fen} fen, expected 0 to ${FEN_MAX}`);
  }
  return `${fen / 100n}.${String(fen % 100n).padStart(2, "0")}`;
}
