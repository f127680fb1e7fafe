import { wipe } from "../../crypto/bytes.ts";
import { privateKeyToPem, publicKeyToPem } from "../../crypto/keys.ts";
import { generateKeyPair } from "../../crypto/sm2.ts";
import { sm3 } from "../../crypto/sm3.ts";
import { complain, type ExitCode, printDone, readArguments, UsageError } from "../command.ts";
import { openOutput } from "../files/output.ts";
import { encryptPrivateKey, PRF_HELP, readPrf } from "./encrypted_pem.ts";

const HELP = `用法: yikatong key generate --out <私钥> [选项]

生成 SM2 密钥。私钥用口令加密成 PKCS#8（PBKDF2、SM4-CBC），文件只有本用户能读（0600）；
口令在键盘输入两次，或用 --password-file。

  --out <文件>            私钥写到哪里
  --public-out <文件>     公钥写到哪里；以后也可用 key show 导出
  --password-file <文件>  口令，文件的唯一一行，至少 8 个字符
  --no-password           不加密私钥
${PRF_HELP}
  --force                 覆盖已有的文件

例:
  yikatong key generate --out key.pem --public-out public.pem

相当于 openssl:
  openssl genpkey -algorithm SM2 -sm4-cbc -out key.pem
  openssl pkey -in key.pem -pubout -out public.pem`;

export async function generate(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 0,
    options: {
      out: { type: "string" },
      "public-out": { type: "string" },
      "password-file": { type: "string" },
      "no-password": { type: "boolean" },
      prf: { type: "string" },
      force: { type: "boolean" },
    },
  });
  if (!read) return 0;
  const { out, force = false, ...values } = read.values;
  if (out === undefined || out === "-") throw new UsageError("要有 --out <文件>：私钥不写到屏幕上");
  const isPlain = values["no-password"] ?? false;
  if (isPlain && values["password-file"] !== undefined) {
    throw new UsageError("--no-password 和 --password-file 只能写一个");
  }
  const prf = readPrf(values.prf);
  const publicOut = values["public-out"];
  const passwordFile = values["password-file"];
  // Both or none: of a key pair of which one half was refused nobody knows what it is.
  using output = await openOutput({
    path: out,
    force,
    isPrivate: true,
    isBinary: false,
    inputs: [passwordFile],
  });
  using publicOutput = publicOut === undefined ? null : await openOutput({
    path: publicOut,
    force,
    isPrivate: false,
    isBinary: false,
    inputs: [out, passwordFile],
  });
  const { privateKey, publicKey } = generateKeyPair();
  const pem = isPlain
    ? privateKeyToPem(privateKey)
    : await encryptPrivateKey(privateKey, { file: passwordFile, path: out, prf });
  wipe(privateKey);
  const encoder = new TextEncoder();
  await output.fill([encoder.encode(pem)]);
  await publicOutput?.fill([encoder.encode(publicKeyToPem(publicKey))]);
  await output.finish();
  await publicOutput?.finish();
  if (isPlain) complain(`注意："${out}" 没有加密，拿到文件就拿到私钥；加密用 yikatong key seal`);
  const lines = [
    `私钥 ${out}（${isPlain ? "未加密" : "已加密"}）`,
    `公钥指纹（SM3） ${sm3(publicKey).toHex()}`,
  ];
  // Standard output is for the public key then.
  if (publicOut === "-") lines.forEach(complain);
  else printDone(lines);
  return 0;
}
