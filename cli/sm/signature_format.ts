import type { Sm2SignatureFormat } from "../../crypto/sm2.ts";
import { UsageError } from "../command.ts";

/** DER is what the other tools write. */
export function readSignatureFormat(text = "der"): Sm2SignatureFormat {
  if (text === "der" || text === "raw") return text;
  throw new UsageError(`--format "${text}" 无效：应为 der 或 raw`);
}
