import { wipe } from "../../crypto/bytes.ts";
import { parseCertificate, parseRequest } from "../../crypto/certificates.ts";
import { CryptoError } from "../../crypto/errors.ts";
import {
  privateKeyFromEncryptedPem,
  privateKeyFromPem,
  publicKeyFromPem,
} from "../../crypto/keys.ts";
import { complain, StartError } from "../command.ts";
import { readSmallFile } from "../files/input.ts";
import { readPassword } from "../files/password.ts";

/** What stands in a PEM file, by its label; OpenSSL may put curve parameters in front of a key. */
export type PemKind =
  | "private_key"
  | "encrypted_private_key"
  | "public_key"
  | "certificate"
  | "request";

export interface PemFile {
  readonly path: string;
  readonly kind: PemKind;
  readonly text: string;
}

const PEM_BYTES_MAX = 262_144;

const KINDS: Readonly<Record<string, PemKind>> = {
  "PRIVATE KEY": "private_key",
  "EC PRIVATE KEY": "private_key",
  "SM2 PRIVATE KEY": "private_key",
  "ENCRYPTED PRIVATE KEY": "encrypted_private_key",
  "PUBLIC KEY": "public_key",
  "CERTIFICATE": "certificate",
  "CERTIFICATE REQUEST": "request",
  "NEW CERTIFICATE REQUEST": "request",
};

export const KIND_NAMES: Readonly<Record<PemKind, string>> = {
  private_key: "私钥（未加密）",
  encrypted_private_key: "私钥（已加密）",
  public_key: "公钥",
  certificate: "证书",
  request: "证书请求",
};

export async function readPemFile(path: string): Promise<PemFile> {
  const content = await readSmallFile(path, PEM_BYTES_MAX);
  const text = new TextDecoder().decode(content);
  wipe(content);
  const labels = [...text.matchAll(/^-----BEGIN ([A-Z0-9 ]+)-----/gm)].map(([, label = ""]) =>
    label
  );
  const kind = labels.map((label) => KINDS[label]).find((known) => known !== undefined);
  if (kind === "certificate") return { path, kind, text: firstCertificate(path, text) };
  if (kind) return { path, kind, text };
  throw new StartError(
    labels.length > 0
      ? `"${path}" 不是 SM2 密钥或证书：里面是 ${labels.join("、")}`
      : `"${path}" 不是 PEM 文件：应以 -----BEGIN … 开头（DER 用 openssl 转换后再用）`,
  );
}

/** Of a chain the leaf, which stands in front. */
function firstCertificate(path: string, text: string): string {
  const all = text.match(/^-----BEGIN CERTIFICATE-----$[^-]*^-----END CERTIFICATE-----/gm) ?? [];
  const [first, ...more] = all;
  if (first === undefined || more.length === 0) return text;
  complain(`注意："${path}" 里有 ${all.length} 张证书，这里用第一张`);
  return `${first}\n`;
}

/** 32 bytes; the caller wipes them. Asks for the password of an encrypted one. */
export async function readPrivateKey(
  path: string,
  passwordFile: string | undefined,
): Promise<Uint8Array> {
  const file = await readPemFile(path);
  switch (file.kind) {
    case "private_key":
      return decoding(file, () => privateKeyFromPem(file.text));
    case "encrypted_private_key":
      return await decrypt(file, passwordFile);
    default:
      throw new StartError(`"${path}" 是${KIND_NAMES[file.kind]}，这里要的是私钥`);
  }
}

/** 65 bytes, from a public key, a certificate or a certificate request. */
export async function readPublicKey(path: string): Promise<Uint8Array> {
  return publicKeyIn(await readPemFile(path));
}

export function publicKeyIn(file: PemFile): Uint8Array {
  switch (file.kind) {
    case "public_key":
      return decoding(file, () => publicKeyFromPem(file.text));
    case "certificate":
      return decoding(file, () => parseCertificate(file.text).publicKey);
    case "request":
      return decoding(file, () => parseRequest(file.text).publicKey);
    case "private_key":
    case "encrypted_private_key":
      throw new StartError(
        `"${file.path}" 是私钥，这里要的是公钥或证书。导出公钥：` +
          `yikatong key show ${file.path} --public-out public.pem`,
      );
  }
}

/** What a reader of `crypto/` refuses, with the file's name. */
export function decoding<Value>(file: PemFile, read: () => Value): Value {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof CryptoError)) throw thrown;
    throw new StartError(
      `"${file.path}" ${REASONS[thrown.code] ?? "读不出来"}（${thrown.message}）`,
      {
        cause: thrown,
      },
    );
  }
}

/** For a signature that does not fit: openssl takes an empty user id unless told otherwise. */
export const DISTID_HINT =
  "或签名时没有写 distid（openssl 默认空标识，请加 -sigopt distid:1234567812345678）";
const SIGNATURE_REASON = `的签名不符：文件被改动过，${DISTID_HINT}`;

const REASONS: Readonly<Partial<Record<CryptoError["code"], string>>> = {
  bad_encoding: "内容损坏或不是 SM2 的",
  too_large: "太大，或口令的迭代次数多得不正常",
  not_supported: "不是 SM2 的，或用了不支持、太弱的加密方式",
  invalid_key: "里面的私钥无效",
  invalid_point: "里面的公钥不在 SM2 曲线上",
  invalid_signature: SIGNATURE_REASON,
  untrusted_certificate: SIGNATURE_REASON,
};

async function decrypt(file: PemFile, passwordFile: string | undefined): Promise<Uint8Array> {
  const password = await readPassword({
    file: passwordFile,
    what: `私钥 "${file.path}" 的口令`,
    isNew: false,
  });
  try {
    return decoding(file, () => privateKeyFromEncryptedPem(file.text, password));
  } catch (thrown) {
    const { cause } = thrown instanceof Error ? thrown : {};
    const isWrong = cause instanceof CryptoError && cause.code === "wrong_password";
    throw isWrong ? new StartError(`私钥 "${file.path}" 的口令不对，或文件被改动过`) : thrown;
  } finally {
    wipe(password);
  }
}
