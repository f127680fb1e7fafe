import { wipe } from "../../crypto/bytes.ts";
import { privateKeyToPem } from "../../crypto/keys.ts";
import { complain, type ExitCode, readArguments, UsageError } from "../command.ts";
import { openOutput } from "../files/output.ts";
import { readPrivateKey } from "./key_files.ts";

const HELP = `用法: yikatong key unseal --out <文件> [选项] <私钥>

把加密的 PEM 私钥解密成未加密的 PKCS#8，给不能输入口令的程序用。

  --out <文件>            未加密的私钥写到哪里（0600）；- 为标准输出
  --password-file <文件>  口令，文件的唯一一行；不写时在键盘输入
  --force                 覆盖已有的文件

例:
  yikatong key unseal --out plain.pem key.pem

相当于 openssl:
  openssl pkcs8 -in key.pem -out plain.pem`;

export async function unseal(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 1,
    options: {
      out: { type: "string" },
      "password-file": { type: "string" },
      force: { type: "boolean" },
    },
  });
  if (!read) return 0;
  const { values, files: [path] } = read;
  if (path === undefined || values.out === undefined) {
    throw new UsageError("要有 <私钥> 和 --out <文件>。加 --help 看说明。");
  }
  using output = await openOutput({
    path: values.out,
    force: values.force ?? false,
    isPrivate: true,
    isBinary: false,
    inputs: [path, values["password-file"]],
  });
  const privateKey = await readPrivateKey(path, values["password-file"]);
  const pem = privateKeyToPem(privateKey);
  wipe(privateKey);
  await output.fill([new TextEncoder().encode(pem)]);
  await output.finish();
  if (values.out !== "-") complain(`注意："${values.out}" 没有加密，用完请删除`);
  return 0;
}
