import { type ExitCode, readArguments } from "../command.ts";
import { openInput } from "../files/input.ts";
import { openOutput } from "../files/output.ts";
import { withProgress } from "../files/progress.ts";
import { CIPHER_HELP, CIPHER_OPTIONS } from "./cipher.ts";
import { encryptAs } from "./encrypt_as.ts";
import { openEngine, providerHelp } from "./engine.ts";
import { chooseForm, type Form } from "./form.ts";

const HELP = `用法: yikatong sm encrypt [选项] [文件]

加密文件，解密用 sm decrypt。不写文件，或写 -，读标准输入。

一、给公钥的持有者，或用口令（SM4-GCM 分块加密，任何改动、截断都会在解密时发现）:
  --public <文件>               接收者的 PEM 公钥或证书，可写多次，每一位都能解密
  --password-file <文件>        口令，文件的唯一一行；或 --password 在键盘输入

二、与 openssl enc 互通:
${CIPHER_HELP}

三、SM2 直接加密（至多 64 KiB，如密钥），用 --public <公钥>:
  --format <der|c1c3c2|c1c2c3>  密文格式；openssl pkeyutl 的是 der

共用:
  --out <文件>                  写到哪里，默认标准输出
  --force                       覆盖已有的文件
  --progress                    在标准错误上显示进度（屏幕上默认显示）
${providerHelp(30)}

例:
  yikatong sm encrypt --public hospital.pem --out bills.sealed bills.csv
  yikatong sm encrypt --mode cbc --key-file key.hex --iv-file iv.hex --out bills.enc bills.csv
  yikatong sm encrypt --public hospital.pem --format der --out key.enc key.bin

二、三相当于 openssl:
  openssl enc -sm4-cbc -K <密钥> -iv <初始向量> -in bills.csv -out bills.enc
  openssl pkeyutl -encrypt -pubin -inkey hospital.pem -in key.bin -out key.enc`;

const OPTIONS_OF: Readonly<Record<Form, readonly string[]>> = {
  sealed: ["public", "password-file", "password"],
  cipher: ["mode", "key-file", "iv", "iv-file", "no-padding"],
  sm2: ["format", "public"],
};

export async function encrypt(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 1,
    options: {
      ...CIPHER_OPTIONS,
      public: { type: "string", multiple: true },
      "password-file": { type: "string" },
      password: { type: "boolean" },
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
    isPrivate: false,
    isBinary: true,
    inputs: [path, keyFile, ivFile, passwordFile, ...values.public ?? []],
  });
  using engine = openEngine(values.provider);
  using input = await openInput(path);
  const shown = { label: "加密", total: input.size, isAsked: values.progress ?? false };
  const counted = { ...input, pieces: () => withProgress(input.pieces(), shown) };
  await output.fill(await encryptAs[form](engine, counted, values));
  await output.finish();
  return 0;
}
