import { parse as parseToml } from "smol-toml";
import { z } from "zod";

/**
 * What makers of GM/T 0018 devices do differently, and which of a device's keys are ours. A TOML
 * file on the server; examples stand in `ffi/profiles/`.
 */

const PROFILE_CHARACTERS_MAX = 64 * 1024;
const KEYS_MAX = 64;
const SESSIONS_MAX = 64;

const number32 = z.int().min(0).max(0xffff_ffff);
const index = z.int().min(0).max(1_000_000);
const absolutePath = z.string().regex(/^\/[^\0]+$/).max(1_000);

/** GM/T 0006; Sansec has its SM4 at 0x2000. */
const algorithms = z.strictObject({
  sm4Ecb: number32.default(0x401),
  sm4Cbc: number32.default(0x402),
  sm4Mac: number32.default(0x410),
  sm3: number32.default(0x1),
  sm2Sign: number32.default(0x20200),
  sm2Encrypt: number32.default(0x20800),
  /** With which a KEK wraps keys; some devices want CBC. */
  keyWrap: number32.default(0x401),
});

const deviceKey = z.strictObject({
  label: z.string().min(1).max(64),
  version: z.int().min(1).max(9_999).optional(),
  usage: z.enum(["sign", "decrypt"]),
  index,
  /** Of the private key's access right; readable by the platform's user alone. */
  passwordFile: absolutePath.optional(),
});

const profile = z.strictObject({
  /** As `doctor` names the kind of device. */
  name: z.string().min(1).max(60),
  /** The second and third are makers' own and take the configuration's path first; assumed. */
  open: z.enum(["SDF_OpenDevice", "SDF_OpenDeviceWithPath", "SDF_OpenDeviceEx"])
    .default("SDF_OpenDevice"),
  /** Folder or file of the maker's configuration, where `open` takes one. */
  configuration: absolutePath.optional(),
  /** Number of the product's certificate (商用密码产品认证证书). */
  certificate: z.string().min(1).max(60).optional(),
  /** Has `SDF_HMACInit`, `SDF_HMACUpdate` and `SDF_HMACFinal`, which GM/T 0018-2012 has not. */
  hmac: z.boolean().default(false),
  /** An old variant of `SDF_InternalSign_ECC` takes the algorithm behind the index. */
  signTakesAlgorithm: z.boolean().default(false),
  /** `SDF_InternalDecrypt_ECC` takes the algorithm behind the index. */
  decryptTakesAlgorithm: z.boolean().default(true),
  /** One call at a time, for a library that is not safe to use from several threads. */
  oneCallAtATime: z.boolean().default(false),
  sessions: z.int().min(1).max(SESSIONS_MAX).default(4),
  algorithms: algorithms.prefault({}),
  /** Of the device's key that wraps all symmetric ones. */
  kekIndex: index,
  keys: z.array(deviceKey).max(KEYS_MAX).default([]),
}).refine(
  ({ open, configuration }) => (open === "SDF_OpenDevice") === (configuration === undefined),
  { error: "configuration where, and only where, open takes one", path: ["configuration"] },
);

export type SdfProfile = z.infer<typeof profile>;

/** `file` is for messages only. Throws an `Error` that names what is wrong. */
export function parseSdfProfile(text: string, file: string): SdfProfile {
  if (text.length > PROFILE_CHARACTERS_MAX) throw unusable(file, `${text.length} characters`);
  const parsed = profile.safeParse(readToml(text, file));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw unusable(file, `${issue?.path.join(".") || "the file"}: ${issue?.message ?? "unfit"}`);
}

function readToml(text: string, file: string): unknown {
  try {
    return parseToml(text);
  } catch (cause) {
    throw unusable(file, cause instanceof Error ? cause.message.split("\n", 1)[0] ?? "" : "");
  }
}

function unusable(file: string, why: string): Error {
  return new Error(`Cannot use SDF profile "${file}": ${why}`);
}
