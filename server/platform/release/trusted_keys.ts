import { publicKeyFromPem } from "../../../crypto/keys.ts";
import { sm3 } from "../../../crypto/sm3.ts";
import { reasonOf } from "../errors.ts";

/** Whose signature counts on this machine. */
export interface TrustedKey {
  /** "build", "owner". */
  readonly signer: string;
  /** SM3 of the public key, 64 hexadecimal digits. */
  readonly keyId: string;
  /** 65 bytes. */
  readonly publicKey: Uint8Array;
}

/** Trusted keys that cannot be used, told in Chinese; never taken for there being none. */
export class TrustError extends Error {
  override readonly name = "TrustError";
}

const KEYS_MAX = 16;
const KEY_BYTES_MAX = 16 * 1024;
/** `<signer>.pem`, or `<signer>-<which>.pem` while an old key and its successor count. */
const KEY_FILE = /^([a-z][a-z0-9]{0,31})(-[a-z0-9]{1,32})?\.pem$/;
const WRITABLE_BY_OTHERS = 0o022;

/**
 * The public keys (PEM) of folders and of single files. None of a path that does not exist; throws
 * TrustError for what others than its owner may change, and for whatever is not a key: one that is
 * passed over silently would be a signer who is not missed.
 */
export async function readTrustedKeys(...paths: readonly string[]): Promise<readonly TrustedKey[]> {
  const files = (await Promise.all(paths.map(listKeyFiles))).flat();
  if (files.length > KEYS_MAX) {
    throw new TrustError(`发布公钥有 ${files.length} 个文件，最多 ${KEYS_MAX} 个`);
  }
  const keys = await Promise.all(files.map(readKeyFile));
  requireDifferent(keys);
  return keys;
}

async function listKeyFiles(path: string): Promise<string[]> {
  const info = await statOf(path);
  if (info === null) return [];
  if (!info.isDirectory) return [path];
  requireGuarded(path, info);
  try {
    const names = (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name);
    return names.sort().map((name) => `${path.replace(/\/+$/, "")}/${name}`);
  } catch (thrown) {
    throw cannotRead(path, thrown);
  }
}

async function statOf(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.stat(path);
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return null;
    throw cannotRead(path, thrown);
  }
}

function cannotRead(path: string, thrown: unknown): TrustError {
  return new TrustError(`不能读取发布公钥 "${path}"：${reasonOf(thrown)}`, { cause: thrown });
}

function requireGuarded(path: string, { mode }: Deno.FileInfo): void {
  if (((mode ?? 0) & WRITABLE_BY_OTHERS) === 0) return;
  throw new TrustError(
    `发布公钥 "${path}" 同组或其他用户能改写：谁能改它，谁就能让任何程序通过验证。` +
      `执行 chmod go-w ${path}`,
  );
}

async function readKeyFile(path: string): Promise<TrustedKey> {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const [, signer] = KEY_FILE.exec(name) ?? [];
  if (signer === undefined) {
    throw new TrustError(
      `发布公钥 "${path}" 的文件名应为 <签名方>.pem 或 <签名方>-<区别>.pem（如 build.pem、` +
        "owner-2027.pem）；不是公钥的文件请移走",
    );
  }
  const info = await statOf(path);
  if (!info?.isFile || info.size > KEY_BYTES_MAX) {
    throw new TrustError(`发布公钥 "${path}" 应是不超过 ${KEY_BYTES_MAX} 字节的文件`);
  }
  requireGuarded(path, info);
  try {
    const publicKey = publicKeyFromPem(await Deno.readTextFile(path));
    return { signer, keyId: sm3(publicKey).toHex(), publicKey };
  } catch (thrown) {
    throw new TrustError(
      `发布公钥 "${path}" 不是 PEM 格式的 SM2 公钥（${reasonOf(thrown)}）：用 yikatong key show ` +
        "--public-out 导出",
      { cause: thrown },
    );
  }
}

/** One key as two signers would be one person signing for both. */
function requireDifferent(keys: readonly TrustedKey[]): void {
  for (const [at, { keyId, signer }] of keys.entries()) {
    const other = keys.slice(0, at).find((key) => key.keyId === keyId);
    if (!other) continue;
    throw new TrustError(
      `发布公钥 "${other.signer}" 和 "${signer}" 是同一把：每个签名方要有自己的密钥`,
    );
  }
}
