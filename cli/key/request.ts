import { wipe } from "../../crypto/bytes.ts";
import { createRequest, requestToPem, signWithKey } from "../../crypto/certificates.ts";
import { CryptoError } from "../../crypto/errors.ts";
import { publicKeyOf } from "../../crypto/sm2.ts";
import { type ExitCode, readArguments, UsageError } from "../command.ts";
import { openOutput } from "../files/output.ts";
import { readPrivateKey } from "./key_files.ts";
import { readSubject } from "./subject.ts";

const HELP = `用法: yikatong key request --key <私钥> --subject <名称> [选项]

生成证书请求（PKCS#10），交给签发证书的机构。

  --key <文件>            PEM 私钥；加密的要口令
  --password-file <文件>  私钥的口令，文件的唯一一行；不写时在键盘输入
  --subject <名称>        如 "C=CN,O=某市卫生健康局,CN=yikatong"，由大到小；值里的逗号写成 \\,
  --dns <域名>            服务器的域名，可写多次
  --ip <地址>             服务器的 IPv4 地址，可写多次
  --out <文件>            写到哪里，默认标准输出
  --force                 覆盖已有的文件

例:
  yikatong key request --key key.pem --subject "C=CN,O=某市,CN=yikatong" --out yikatong.csr

相当于 openssl:
  openssl req -new -sm3 -key key.pem -sigopt distid:1234567812345678 -utf8 \\
    -subj "/C=CN/O=某市/CN=yikatong" -out yikatong.csr`;

export async function request(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 0,
    options: {
      key: { type: "string" },
      "password-file": { type: "string" },
      subject: { type: "string" },
      dns: { type: "string", multiple: true },
      ip: { type: "string", multiple: true },
      out: { type: "string" },
      force: { type: "boolean" },
    },
  });
  if (!read) return 0;
  const { values } = read;
  if (values.key === undefined || values.subject === undefined) {
    throw new UsageError("要有 --key <私钥> 和 --subject <名称>。加 --help 看说明。");
  }
  const subject = readSubject(values.subject);
  using output = await openOutput({
    path: values.out,
    force: values.force ?? false,
    isPrivate: false,
    isBinary: false,
    inputs: [values.key, values["password-file"]],
  });
  const privateKey = await readPrivateKey(values.key, values["password-file"]);
  const der = await makeRequest({
    subject,
    publicKey: publicKeyOf(privateKey),
    dnsNames: values.dns ?? [],
    ipAddresses: values.ip ?? [],
    sign: signWithKey(privateKey),
  });
  wipe(privateKey);
  await output.fill([new TextEncoder().encode(requestToPem(der))]);
  await output.finish();
  return 0;
}

async function makeRequest(wanted: Parameters<typeof createRequest>[0]): Promise<Uint8Array> {
  try {
    return await createRequest(wanted);
  } catch (thrown) {
    const isRefused = thrown instanceof CryptoError && thrown.code === "invalid_argument";
    throw isRefused ? new UsageError(`--subject、--dns 或 --ip 无效（${thrown.message}）`) : thrown;
  }
}
