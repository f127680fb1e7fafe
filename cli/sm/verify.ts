import { CryptoError } from "../../crypto/errors.ts";
import type { Sm2SignatureFormat } from "../../crypto/sm2.ts";
import { signatureFromDer } from "../../crypto/sm2_codec.ts";
import { messageDigest } from "../../crypto/stream_digest.ts";
import { complain, type ExitCode, print, readArguments, UsageError } from "../command.ts";
import { openInput, readSmallFile, requireOneStandardInput } from "../files/input.ts";
import { withProgress } from "../files/progress.ts";
import { DISTID_HINT, readPublicKey } from "../key/key_files.ts";
import { openEngine, providerHelp } from "./engine.ts";
import { readSignatureFormat } from "./signature_format.ts";
import { readUserId } from "./user_id.ts";

const HELP = `用法: yikatong sm verify --public <公钥> --signature <签名> [选项] [文件]

验证 SM2 签名：正确返回 0，不符返回 1。不写文件，或写 -，读标准输入。
证书在这里只提供公钥：有效期和签发者不在这里检查。

  --public <文件>         PEM 公钥、证书或证书请求
  --signature <文件>      签名
  --user-id <文字>        签名者标识，默认 1234567812345678，须与签名时相同
  --format <der|raw>      签名的格式，默认 der
  --progress              在标准错误上显示进度（屏幕上默认显示）
${providerHelp(24)}

例:
  yikatong sm verify --public public.pem --signature release.tar.sig release.tar

相当于 openssl:
  openssl dgst -sm3 -verify public.pem -sigopt distid:1234567812345678 \\
    -signature release.tar.sig release.tar`;

const SIGNATURE_BYTES_MAX = 1_024;

export async function verify(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 1,
    options: {
      public: { type: "string" },
      signature: { type: "string" },
      "user-id": { type: "string" },
      format: { type: "string" },
      progress: { type: "boolean" },
      provider: { type: "string" },
    },
  });
  if (!read) return 0;
  const { values, files: [path = "-"] } = read;
  if (values.public === undefined || values.signature === undefined) {
    throw new UsageError("要有 --public <公钥> 和 --signature <签名>。加 --help 看说明。");
  }
  const userId = readUserId(values["user-id"]);
  const format = readSignatureFormat(values.format);
  requireOneStandardInput(path, values.public, values.signature);
  using engine = openEngine(values.provider);
  using input = await openInput(path);
  const publicKey = await readPublicKey(values.public);
  const signature = rawSignature(
    await readSmallFile(values.signature, SIGNATURE_BYTES_MAX),
    format,
  );
  using key = engine.sm2PublicKey(publicKey);
  using stream = messageDigest(engine, publicKey, userId);
  const shown = { label: "验签", total: input.size, isAsked: values.progress ?? false };
  for await (const piece of withProgress(input.pieces(), shown)) stream.update(piece);
  const isGood = signature !== null && key.verifyDigest(stream.digest(), signature);
  if (isGood) print("签名正确");
  else complain(signature ? MISMATCH : `签名不符：它不是 ${format} 格式的签名`);
  return isGood ? 0 : 1;
}

const MISMATCH = `签名不符：内容被改动过，或不是这把密钥、这个 --user-id 签的，${DISTID_HINT}`;

function rawSignature(bytes: Uint8Array, format: Sm2SignatureFormat): Uint8Array | null {
  if (format === "raw") return bytes.length === 64 ? bytes : null;
  try {
    return signatureFromDer(bytes);
  } catch (thrown) {
    if (thrown instanceof CryptoError) return null;
    throw thrown;
  }
}
