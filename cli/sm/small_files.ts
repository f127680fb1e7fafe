import { wipe } from "../../crypto/bytes.ts";
import { StartError } from "../command.ts";
import { readSmallFile } from "../files/input.ts";

const KEY_BYTES = 16;
const FILE_BYTES_MAX = 16_384;

/** An SM4 key or IV: 16 bytes as they are, or 32 hex digits with a line end or not. */
export async function readSixteenBytes(path: string, what: string): Promise<Uint8Array> {
  const content = await readSmallFile(path, FILE_BYTES_MAX);
  if (content.length === KEY_BYTES) return content;
  const bytes = fromHex(content);
  if (bytes?.length === KEY_BYTES) return bytes;
  throw new StartError(`${what}文件 "${path}" 应为 16 字节，或 32 位十六进制`);
}

/** A key of any length as hex digits, with a line end or not. */
export async function readHexKey(path: string): Promise<Uint8Array> {
  const content = await readSmallFile(path, FILE_BYTES_MAX);
  const key = fromHex(content);
  wipe(content);
  if (key && key.length > 0) return key;
  throw new StartError(`密钥文件 "${path}" 不是十六进制；内容原样就是密钥时加 --raw-key`);
}

function fromHex(content: Uint8Array): Uint8Array | null {
  const text = new TextDecoder().decode(content).trim();
  return /^([0-9a-fA-F]{2})*$/.test(text) ? Uint8Array.fromHex(text) : null;
}
