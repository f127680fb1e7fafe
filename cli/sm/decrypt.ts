import { type ExitCode, readArguments } from "../command.ts";
import { openInput } from "../files/input.ts";
import { openOutput } from "../files/output.ts";
import { withProgress } from "../files/progress.ts";
import { CIPHER_HELP, CIPHER_OPTIONS } from "./cipher.ts";
import { decryptAs } from "./decrypt_as.ts";
import { openEngine, providerHelp } from "./engine.ts";
import { chooseForm, type Form } from "./form.ts";

const HELP = `用法: yikatong sm decrypt [选项] [文件]

解密 sm encrypt 或 openssl 加密的文件。不写文件，或写 -，读标准输入。写出的文件只有本用户能读。

一、sm encrypt 给公钥或用口令加密的文件；每一块核对后才写出，被改动或截断时返回 1:
  --key <文件>                  接收者的 PEM 私钥
  --password-file <文件>        私钥或文件的口令，文件的唯一一行；不写时在键盘输入

二、与 openssl enc 互通:
${CIPHER_HELP}

三、SM2 直接加密的内容，用 --key <私钥>:
  --format <der|c1c3c2|c1c2c3>  密文格式；openssl pkeyutl 的是 der

共用:
  --out <文件>                  写到哪里，默认标准输出；写到标准输出时，返回 0 才算完整
  --force                       覆盖已有的文件
  --progress                    在标准错误上显示进度（屏幕上默认显示）
${providerHelp(30)}

例:
  yikatong sm decrypt --key hospital_key.pem --out bills.csv bills.sealed
  yikatong sm decrypt --mode cbc --key-file key.hex --iv-file iv.hex --out bills.csv bills.enc
  yikatong sm decrypt --key hospital_key.pem --format der --out key.bin key.enc

二、三相当于 openssl:
  openssl enc -d -sm4-cbc -K <密钥> -iv <初始向量> -in bills.enc -out bills.csv
  openssl pkeyutl -decrypt -inkey hospital_key.pem -in key.enc -out key.bin`;

const OPTIONS_OF: Readonly<Record<Form, readonly string[]>> = {
  sealed: ["key", "password-file"],
  cipher: ["mode", "key-file", "iv", "iv-file", "no-padding"],
  sm2: ["format", "key", "password-file"],
};

export async function decrypt(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 1,
    options: {
      ...CIPHER_OPTIONS,
      key: { type: "string" },
      "password-file": { type: "string" },
      format: { type: "string" },
      out: { type: "string" },
      force: { type: "boolean" },
      progress: { type: "boolean" },
      provider: { type: "string" },
    },
  });
  if (!read) return 0;
  const { values, files: [path = "-"] } = read;
  const form = chooseForm(values, OPTIONS_OF);
  const { "key-file": keyFile, "iv-file": ivFile, "password-file": passwordFile } = values;
  using output = await openOutput({
    path: values.out,
    force: values.force ?? false,
    isPrivate: true,
    isBinary: false,
    inputs: [path, keyFile, ivFile, passwordFile, values.key],
  });
  using engine = openEngine(values.provider);
  using input = await openInput(path);
  const shown = { label: "解密", total: input.size, isAsked: values.progress ?? false };
  const counted = { ...input, pieces: () => withProgress(input.pieces(), shown) };
  await output.fill(await decryptAs[form](engine, counted, values));
  await output.finish();
  return 0;
}
