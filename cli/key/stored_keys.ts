import { randomBytes } from "../../crypto/bytes.ts";
import { hasCheckValue, keyCheckValue } from "../../crypto/key_check.ts";
import type { StoredKey } from "../../crypto/key_store.ts";
import type { KeyAlgorithm, KeySpec } from "../../crypto/provider.ts";
import { newKeyBytes } from "../../crypto/providers/key_material.ts";
import { publicKeyOf } from "../../crypto/sm2.ts";
import { hmacSm3, sm3 } from "../../crypto/sm3.ts";

export const STORED_KEYS_HELP =
  `校验值（8 字节）用来核对两处的密钥是否相同：用途 data、wrap 以外的 SM4、3DES 是加密全零分组的开头，
其余对称密钥是 16 个零字节的 HMAC-SM3 的开头，SM2 是公钥指纹的开头。`;

const KEY_ID_BYTES = 16;
const CHECK_BYTES = 8;
const CHECKED_ZEROS = 16;

const ALGORITHM_NAMES: Readonly<Record<KeyAlgorithm, string>> = {
  sm2: "SM2",
  sm4: "SM4",
  hmac_sm3: "HMAC-SM3",
  tdes: "3DES",
};

/** One line for each key, newest versions of a label last. */
export function describeKeys(keys: readonly StoredKey[]): string[] {
  const rows = keys
    .toSorted((left, right) =>
      left.label < right.label ? -1 : left.label > right.label ? 1 : left.version - right.version
    )
    .map((key) => [
      key.label,
      String(key.version),
      ALGORITHM_NAMES[key.algorithm],
      key.usage,
      key.createdAt,
      checkOf(key).toHex(),
      key.retiredAt === undefined ? "" : "已停用",
    ]);
  const table = [["LABEL", "VERSION", "ALGORITHM", "USAGE", "CREATED", "CHECK", ""], ...rows];
  const widths = table[0]?.map((_, at) => Math.max(...table.map((row) => row[at]?.length ?? 0)));
  return table.map((row) =>
    row.map((cell, at) => cell.padEnd(widths?.[at] ?? 0)).join("  ").trimEnd()
  );
}

export function newStoredKey(spec: KeySpec, version: number): StoredKey {
  const { label, algorithm, usage, leaves } = spec;
  return {
    id: randomBytes(KEY_ID_BYTES).toHex(),
    label,
    version,
    algorithm,
    usage,
    leaves,
    createdAt: new Date().toISOString(),
    bytes: newKeyBytes(algorithm),
  };
}

function checkOf(key: StoredKey): Uint8Array {
  const { bytes } = key;
  if (key.algorithm === "sm2") return sm3(publicKeyOf(bytes)).subarray(0, CHECK_BYTES);
  return hasCheckValue(key)
    ? keyCheckValue(key.algorithm, bytes)
    : hmacSm3(bytes, new Uint8Array(CHECKED_ZEROS)).subarray(0, CHECK_BYTES);
}
