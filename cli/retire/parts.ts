import { publicKeyToPem } from "../../crypto/keys.ts";
import { signatureToDer } from "../../crypto/sm2_codec.ts";
import type {
  CheckedRecord,
  RecordKeys,
  SignedRecord,
} from "../../server/modules/fleet/retire/check_record.ts";
import { fileTrouble } from "../files/trouble.ts";

/** What is signed, the signatures (DER) and the keys, each a file as other tools want them. */
export async function writeParts(
  folder: string,
  { record, countersignature, keys, checked }: SignedRecord & {
    readonly keys: RecordKeys;
    readonly checked: CheckedRecord;
  },
): Promise<void> {
  const { certificate, signature } = checked.record;
  const encoder = new TextEncoder();
  const parts: readonly (readonly [name: string, bytes: Uint8Array | null])[] = [
    ["record.json", encoder.encode(record)],
    ["record.sig", signatureToDer(countersignature)],
    ["platform.pem", keys.platform && encoder.encode(publicKeyToPem(keys.platform))],
    ["certificate.json", encoder.encode(certificate)],
    ["certificate.sig", signature === null ? null : signatureToDer(Uint8Array.fromHex(signature))],
    ["terminal.pem", keys.terminal && encoder.encode(publicKeyToPem(keys.terminal))],
  ];
  try {
    await Deno.mkdir(folder, { recursive: true });
    for (const [name, bytes] of parts) {
      if (bytes) await Deno.writeFile(`${folder}/${name}`, bytes, { createNew: true });
    }
  } catch (thrown) {
    throw fileTrouble("不能写入", folder, thrown);
  }
}
