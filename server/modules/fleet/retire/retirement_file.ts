import { z } from "zod";
import { publicKeyToPem } from "../../../../crypto/keys.ts";
import type { RecordKeys, SignedRecord } from "./check_record.ts";

/**
 * What is handed out of a terminal that went: what was signed, byte by byte, the signature, and the
 * keys to check it with. They prove nothing by themselves: who checks compares the platform's
 * fingerprint with one that came another way.
 */
export const retirementFileSchema = z.object({
  record: z.string(),
  countersignature: z.string().regex(/^[0-9a-f]{128}$/),
  platformPublicKey: z.string().nullable().default(null),
  terminalPublicKey: z.string().nullable().default(null),
});

const HOW_TO_CHECK = "yikatong retire check --platform-key <平台公钥的 SM3 指纹> <本文件>";

export function retirementFileText(
  { record, countersignature }: SignedRecord,
  { platform, terminal }: RecordKeys,
): string {
  const file: z.infer<typeof retirementFileSchema> & { readonly howToCheck: string } = {
    howToCheck: HOW_TO_CHECK,
    record,
    countersignature: countersignature.toHex(),
    platformPublicKey: platform && publicKeyToPem(platform),
    terminalPublicKey: terminal && publicKeyToPem(terminal),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Of the terminal's number only what a file's name may hold everywhere. */
export function retirementFileName(number: string): string {
  return `terminal-${number.replaceAll(/[^0-9A-Za-z_-]/g, "_")}-erasure.json`;
}
