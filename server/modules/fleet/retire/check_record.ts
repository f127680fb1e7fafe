import { DEFAULT_USER_ID } from "../../../../crypto/sm2.ts";
import { fingerprintOf } from "../line/line_keys.ts";
import {
  type DecommissionStatement,
  decommissionStatementSchema,
  type ErasureCertificate,
  erasureCertificateSchema,
  type RetirementRecord,
  retirementRecordSchema,
} from "./contract.ts";

/** `no_key`: there is none here to check it with. `none`: nobody signed, the terminal was dead. */
export type SignatureVerdict = "good" | "bad" | "no_key" | "none";

export interface SignedRecord {
  /** JSON, as it is signed. */
  readonly record: string;
  readonly countersignature: Uint8Array;
}

/** 65 bytes each; null where it is not to be had. */
export interface RecordKeys {
  readonly platform: Uint8Array | null;
  readonly terminal: Uint8Array | null;
}

export type VerifySm2 = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
  options: { readonly userId: Uint8Array },
) => boolean | Promise<boolean>;

export interface CheckedRecord {
  readonly record: RetirementRecord;
  readonly stated: ErasureCertificate | DecommissionStatement;
  readonly countersignature: SignatureVerdict;
  readonly signature: SignatureVerdict;
}

/** What was recorded of a terminal that went; throws for what is no such record. */
export function readRecord(text: string): Pick<CheckedRecord, "record" | "stated"> {
  const record = retirementRecordSchema.parse(JSON.parse(text));
  return { record, stated: readStated(record.certificate) };
}

export function readStated(certificate: string): ErasureCertificate | DecommissionStatement {
  const value: unknown = JSON.parse(certificate);
  const measured = erasureCertificateSchema.safeParse(value);
  return measured.success ? measured.data : decommissionStatementSchema.parse(value);
}

/** Both signatures over what they sign; a key that is not the one named proves nothing. */
export async function checkRecord(
  signed: SignedRecord,
  keys: RecordKeys,
  verify: VerifySm2,
): Promise<CheckedRecord> {
  const { record, stated } = readRecord(signed.record);
  const judge = async (
    key: Uint8Array | null,
    named: string,
    text: string,
    signature: Uint8Array,
  ): Promise<SignatureVerdict> => {
    if (key === null) return "no_key";
    if (fingerprintOf(key) !== named) return "bad";
    const message = new TextEncoder().encode(text);
    return await verify(key, message, signature, { userId: DEFAULT_USER_ID }) ? "good" : "bad";
  };
  const { certificate, signature, platformKey } = record;
  return {
    record,
    stated,
    countersignature: await judge(
      keys.platform,
      platformKey,
      signed.record,
      signed.countersignature,
    ),
    signature: signature === null || stated.kind === "decommission_statement"
      ? "none"
      : await judge(
        keys.terminal,
        stated.keyFingerprint,
        certificate,
        Uint8Array.fromHex(signature),
      ),
  };
}
