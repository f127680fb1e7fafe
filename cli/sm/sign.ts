import { wipe } from "../../crypto/bytes.ts";
import { signatureToDer } from "../../crypto/sm2_codec.ts";
import { messageDigest } from "../../crypto/stream_digest.ts";
import { type ExitCode, readArguments, UsageError } from "../command.ts";
import { openInput } from "../files/input.ts";
import { openOutput } from "../files/output.ts";
import { withProgress } from "../files/progress.ts";
import { readPrivateKey } from "../key/key_files.ts";
import { openEngine, providerHelp } from "./engine.ts";
import { readSignatureFormat } from "./signature_format.ts";
import { readUserId } from "./user_id.ts";

const HELP = `用法: yikatong sm sign --key <私钥> [选项] [文件]

对文件内容做 SM2 签名（SM3 摘要，GB/T 32918.2）。不写文件，或写 -，读标准输入。

  --key <文件>            PEM 私钥；加密的要口令，在键盘输入或用 --password-file
  --password-file <文件>  私钥的口令，文件的唯一一行
  --user-id <文字>        签名者标识，默认 1234567812345678，不能为空
  --format <der|raw>      der 与 openssl 相同（默认）；raw 为 64 字节 r‖s
  --out <文件>            签名写到哪里，默认标准输出
  --force                 覆盖已有的文件
  --progress              在标准错误上显示进度（屏幕上默认显示）
${providerHelp(24)}

例:
  yikatong sm sign --key key.pem --out release.tar.sig release.tar

相当于 openssl（不写 distid 时它用空标识，与国标不互通）:
  openssl dgst -sm3 -sign key.pem -sigopt distid:1234567812345678 -out release.tar.sig release.tar`;

export async function sign(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 1,
    options: {
      key: { type: "string" },
      "password-file": { type: "string" },
      "user-id": { type: "string" },
      format: { type: "string" },
      out: { type: "string" },
      force: { type: "boolean" },
      progress: { type: "boolean" },
      provider: { type: "string" },
    },
  });
  if (!read) return 0;
  const { values, files: [path = "-"] } = read;
  if (values.key === undefined) throw new UsageError("缺少 --key <私钥>。加 --help 看说明。");
  const userId = readUserId(values["user-id"]);
  const format = readSignatureFormat(values.format);
  using output = await openOutput({
    path: values.out,
    force: values.force ?? false,
    isPrivate: false,
    isBinary: true,
    inputs: [path, values.key, values["password-file"]],
  });
  using engine = openEngine(values.provider);
  using input = await openInput(path);
  const secret = await readPrivateKey(values.key, values["password-file"]);
  using privateKey = engine.sm2PrivateKey(secret);
  wipe(secret);
  using stream = messageDigest(engine, privateKey.publicKey, userId);
  const shown = { label: "签名", total: input.size, isAsked: values.progress ?? false };
  for await (const piece of withProgress(input.pieces(), shown)) stream.update(piece);
  const signature = privateKey.signDigest(stream.digest());
  await output.fill([format === "der" ? signatureToDer(signature) : signature]);
  await output.finish();
  return 0;
}
