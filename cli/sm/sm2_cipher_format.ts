import type { Sm2CipherFormat } from "../../crypto/sm2.ts";
import { UsageError } from "../command.ts";

/** One SM2 ciphertext is for keys and other small data; larger files go into an envelope. */
export const SM2_PLAINTEXT_BYTES_MAX = 65_536;
/** DER and the point add some hundred bytes. */
export const SM2_CIPHERTEXT_BYTES_MAX = SM2_PLAINTEXT_BYTES_MAX + 1_024;

const FORMATS: readonly Sm2CipherFormat[] = ["c1c3c2", "c1c2c3", "der"];

export function readCipherFormat(text: string | undefined): Sm2CipherFormat {
  const format = FORMATS.find((known) => known === text);
  if (format) return format;
  throw new UsageError(`--format "${text}" 无效：应为 ${FORMATS.join("、")}`);
}
