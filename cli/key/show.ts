import { wipe } from "../../crypto/bytes.ts";
import { nameToText, parseCertificate, parseRequest } from "../../crypto/certificates.ts";
import { publicKeyToPem } from "../../crypto/keys.ts";
import { publicKeyOf } from "../../crypto/sm2.ts";
import { sm3 } from "../../crypto/sm3.ts";
import { type ExitCode, print, readArguments, UsageError } from "../command.ts";
import { requireOneStandardInput } from "../files/input.ts";
import { openOutput } from "../files/output.ts";
import {
  decoding,
  KIND_NAMES,
  type PemFile,
  publicKeyIn,
  readPemFile,
  readPrivateKey,
} from "./key_files.ts";
import { describeKeys, STORED_KEYS_HELP } from "./stored_keys.ts";
import { readStore } from "./store_file.ts";

const HELP = `用法: yikatong key show [选项] <PEM 文件>
      yikatong key show --store <密钥库> [--password-file <文件>]

显示 PEM 私钥、公钥、证书或证书请求的公钥和 SM3 指纹；或列出密钥库。从不显示私钥和密钥。

  --store <密钥库>        列出密钥库里的名称、版本、算法、用途和校验值
  --password-file <文件>  私钥或密钥库的口令，文件的唯一一行；不写时在键盘输入
  --public-out <文件>     把公钥写成 PEM；- 为标准输出（此时不显示别的）
  --force                 覆盖已有的文件

${STORED_KEYS_HELP}

例:
  yikatong key show --public-out public.pem key.pem
  yikatong key show --store /etc/yikatong/keys --password-file /etc/yikatong/keys.password

相当于 openssl:
  openssl pkey -in key.pem -pubout
  openssl pkey -pubin -in public.pem -outform DER | tail -c 65 | openssl dgst -sm3    # 公钥指纹
  openssl x509 -in cert.pem -outform DER | openssl dgst -sm3                          # 证书指纹`;

export async function show(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 1,
    options: {
      store: { type: "string" },
      "password-file": { type: "string" },
      "public-out": { type: "string" },
      force: { type: "boolean" },
    },
  });
  if (!read) return 0;
  const { values, files: [path] } = read;
  if ((path === undefined) === (values.store === undefined)) {
    throw new UsageError("要有 <PEM 文件> 或 --store <密钥库>，只写一个。加 --help 看说明。");
  }
  if (values.store !== undefined) {
    if (values["public-out"] !== undefined) {
      throw new UsageError("--public-out 不能和 --store 一起用");
    }
    const keys = await readStore(values.store, values["password-file"]);
    for (const line of describeKeys(keys)) print(line);
    wipe(...keys.map(({ bytes }) => bytes));
    return 0;
  }
  const out = values["public-out"];
  using output = out === undefined ? null : await openOutput({
    path: out,
    force: values.force ?? false,
    isPrivate: false,
    isBinary: false,
    inputs: [path, values["password-file"]],
  });
  if (!output) requireOneStandardInput(path, values["password-file"]);
  const file = await readPemFile(path ?? "");
  const publicKey = await publicKeyOfFile(file, values["password-file"]);
  if (out !== "-") showFile(file, publicKey);
  await output?.fill([new TextEncoder().encode(publicKeyToPem(publicKey))]);
  await output?.finish();
  return 0;
}

async function publicKeyOfFile(
  file: PemFile,
  passwordFile: string | undefined,
): Promise<Uint8Array> {
  const isPrivate = file.kind === "private_key" || file.kind === "encrypted_private_key";
  if (!isPrivate) return publicKeyIn(file);
  const privateKey = await readPrivateKey(file.path, passwordFile);
  try {
    return publicKeyOf(privateKey);
  } finally {
    wipe(privateKey);
  }
}

function showFile(file: PemFile, publicKey: Uint8Array): void {
  print(`${file.path}: ${KIND_NAMES[file.kind]}`);
  for (const line of detailsOf(file)) print(line);
  print(`公钥            ${publicKey.toHex()}`);
  print(`公钥指纹（SM3） ${sm3(publicKey).toHex()}`);
}

function detailsOf(file: PemFile): string[] {
  switch (file.kind) {
    case "certificate": {
      const certificate = decoding(file, () => parseCertificate(file.text));
      return [
        `使用者          ${nameToText(certificate.subject)}`,
        `签发者          ${nameToText(certificate.issuer)}`,
        `序列号          ${certificate.serialNumber.toHex()}`,
        `有效期          ${certificate.notBefore.toISOString()} 至 ${certificate.notAfter.toISOString()}`,
        `证书指纹（SM3） ${sm3(certificate.der).toHex()}`,
      ];
    }
    case "request": {
      const { subject } = decoding(file, () => parseRequest(file.text));
      return [`使用者          ${nameToText(subject)}`];
    }
    default:
      return [];
  }
}
