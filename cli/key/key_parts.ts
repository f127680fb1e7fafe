import { wipe } from "../../crypto/bytes.ts";
import { StartError } from "../command.ts";
import { readPassword } from "../files/password.ts";

const KEY_BYTES = 16;
const PART = /^[0-9A-Fa-f]{32}$/;

/** A key that two people hold one part each of: what both typed, each unseen by the other. */
export async function readKeyInParts(
  [first, second]: readonly [string | undefined, string | undefined],
): Promise<Uint8Array> {
  const one = await readPart("第一段密钥", first, "--first-file");
  const two = await readPart("第二段密钥", second, "--second-file");
  const key = one.map((byte, at) => byte ^ (two[at] ?? 0));
  wipe(one, two);
  return key;
}

async function readPart(
  what: string,
  file: string | undefined,
  option: string,
): Promise<Uint8Array> {
  const text = await readPassword({ file, what, isNew: false, option });
  const digits = new TextDecoder().decode(text);
  wipe(text);
  if (PART.test(digits)) return Uint8Array.fromHex(digits);
  throw new StartError(`${what}不是 ${2 * KEY_BYTES} 位十六进制数`);
}
