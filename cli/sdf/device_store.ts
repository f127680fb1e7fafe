import { z } from "zod";
import type { StoredKey } from "../../crypto/key_store.ts";
import { StartError } from "../command.ts";
import { readSmallFile } from "../files/input.ts";

/**
 * The file of the keys that a device wrapped: without the device they are worth nothing, so it
 * needs no password, and `sealKeyStore`, which checks and seals clear keys, does not fit. It is
 * readable by its owner alone all the same: who changes it decides which version is the newest.
 */

const STORE_BYTES_MAX = 1 << 21;
const KEYS_MAX = 4_096;
const FORMAT = "yikatong device keys 1";

const text = (charactersMax: number) => z.string().min(1).max(charactersMax);
const instant = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/);

const file = z.strictObject({
  format: z.literal(FORMAT),
  keys: z.array(z.strictObject({
    id: text(128),
    label: text(128),
    version: z.int().min(1).max(0xffff_ffff),
    algorithm: z.enum(["sm4", "hmac_sm3"]),
    usage: z.enum(["data", "cipher", "mac"]),
    leaves: z.literal("never"),
    createdAt: instant,
    retiredAt: instant.optional(),
    /** In the device's own form. */
    wrapped: z.string().regex(/^(?:[0-9a-f]{2}){1,1024}$/),
  })).max(KEYS_MAX),
});

/** Throws StartError in words an operator can act on. */
export async function readDeviceStore(path: string): Promise<StoredKey[]> {
  return parseDeviceStore(await readSmallFile(path, STORE_BYTES_MAX), path);
}

/** `path` is for messages only. Throws StartError. */
export function parseDeviceStore(bytes: Uint8Array, path: string): StoredKey[] {
  const parsed = file.safeParse(parseJson(new TextDecoder().decode(bytes)));
  if (!parsed.success) {
    throw new StartError(
      `"${path}" 不是密码设备的密钥文件，或已损坏：crypto.provider = sdf 时，crypto.key_store ` +
        "是 yikatong key store device 建立的文件",
    );
  }
  return parsed.data.keys.map(({ wrapped, retiredAt, ...key }) => ({
    ...key,
    ...(retiredAt === undefined ? {} : { retiredAt }),
    bytes: Uint8Array.fromHex(wrapped),
  }));
}

export function writeDeviceStore(keys: readonly StoredKey[]): Uint8Array {
  const rows = keys.map(({ bytes, ...key }) => ({ ...key, wrapped: bytes.toHex() }));
  const content = JSON.stringify({ format: FORMAT, keys: rows }, null, 2);
  return new TextEncoder().encode(`${content}\n`);
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return null;
  }
}
