import { wipe } from "../../crypto/bytes.ts";
import { privateKeyFromPem } from "../../crypto/keys.ts";
import { type ExitCode, printDone, readArguments, StartError, UsageError } from "../command.ts";
import { openOutput } from "../files/output.ts";
import { encryptPrivateKey, PRF_HELP, readPrf } from "./encrypted_pem.ts";
import { decoding, KIND_NAMES, readPemFile } from "./key_files.ts";

const HELP = `用法: yikatong key seal --out <文件> [选项] <私钥>

把未加密的 PEM 私钥用口令加密成 PKCS#8。原文件不动，确认新文件可用后请自行删除。

  --out <文件>            加密的私钥写到哪里（0600）
  --password-file <文件>  口令，文件的唯一一行，至少 8 个字符；不写时在键盘输入两次
${PRF_HELP}
  --force                 覆盖已有的文件

例:
  yikatong key seal --out key.pem plain.pem

相当于 openssl:
  openssl pkcs8 -topk8 -v2 sm4-cbc -in plain.pem -out key.pem`;

export async function seal(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 1,
    options: {
      out: { type: "string" },
      "password-file": { type: "string" },
      prf: { type: "string" },
      force: { type: "boolean" },
    },
  });
  if (!read) return 0;
  const { values, files: [path] } = read;
  if (path === undefined || values.out === undefined) {
    throw new UsageError("要有 <私钥> 和 --out <文件>。加 --help 看说明。");
  }
  const prf = readPrf(values.prf);
  using output = await openOutput({
    path: values.out,
    force: values.force ?? false,
    isPrivate: true,
    isBinary: false,
    inputs: [path, values["password-file"]],
  });
  const file = await readPemFile(path);
  if (file.kind !== "private_key") {
    throw new StartError(`"${path}" 是${KIND_NAMES[file.kind]}，这里要的是未加密的私钥`);
  }
  const privateKey = decoding(file, () => privateKeyFromPem(file.text));
  const source = { file: values["password-file"], path: values.out, prf };
  const pem = await encryptPrivateKey(privateKey, source);
  wipe(privateKey);
  await output.fill([new TextEncoder().encode(pem)]);
  await output.finish();
  if (values.out === "-") return 0;
  const advice = path === "-" ? "" : `；确认可用后请删除 ${path}`;
  printDone([`已写入 ${values.out}${advice}`]);
  return 0;
}
