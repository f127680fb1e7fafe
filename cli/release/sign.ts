import { join } from "node:path";
import { wipe } from "../../crypto/bytes.ts";
import type { Engine } from "../../crypto/engine.ts";
import { DEFAULT_USER_ID } from "../../crypto/sm2.ts";
import { signatureToDer } from "../../crypto/sm2_codec.ts";
import { compareFiles } from "../../server/platform/release/compare_files.ts";
import { SIGNATURES_FILE } from "../../server/platform/release/manifest.ts";
import {
  type ReleaseSignature,
  SIGNATURES_MAX,
  SIGNER_NAME,
} from "../../server/platform/release/signatures.ts";
import { troubleLines } from "../../server/platform/release/trouble_text.ts";
import {
  complain,
  type ExitCode,
  print,
  printDone,
  readArguments,
  StartError,
  UsageError,
} from "../command.ts";
import { openOutput } from "../files/output.ts";
import { fileTrouble } from "../files/trouble.ts";
import { readPrivateKey } from "../key/key_files.ts";
import { openEngine, providerHelp } from "../sm/engine.ts";
import { type ReadRelease, readRelease, releaseLines } from "./read_release.ts";

const HELP = `用法: yikatong release sign --key <私钥> --signer <签名方> [选项] <发布目录>

给发布清单加上一个签名方的 SM2 签名（manifest.sig.json）。先核对每个文件与清单一致，不一致就不签。
别的签名方的签名留着；同一把密钥再签一次，换掉它原来的签名。

  --key <文件>            PEM 私钥，只能本用户可读（chmod 600）；加密的要口令
  --password-file <文件>  私钥的口令，文件的唯一一行；不写时在键盘输入
  --signer <签名方>       build（构建方）、owner（采购人）等，小写字母和数字
${providerHelp(24)}

例:
  yikatong release sign --key build.key.pem --signer build dist/yikatong-1.2.3-linux-arm64`;

export async function sign(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 1,
    options: {
      key: { type: "string" },
      "password-file": { type: "string" },
      signer: { type: "string" },
      provider: { type: "string" },
    },
  });
  if (!read) return 0;
  const { values, files: [folder] } = read;
  const { key, signer } = values;
  if (key === undefined || signer === undefined || folder === undefined) {
    throw new UsageError("要有 --key <私钥>、--signer <签名方> 和 <发布目录>。加 --help 看说明。");
  }
  if (!SIGNER_NAME.test(signer)) {
    throw new UsageError(
      `--signer "${signer}" 无效：应为小写字母开头的字母和数字，如 build、owner`,
    );
  }
  await requirePrivate(key);
  using engine = openEngine(values.provider);
  const release = await readRelease(folder);
  for (const line of releaseLines(release.manifest)) print(line);
  if (!await isWhole(folder, release, engine)) return 1;
  const secret = await readPrivateKey(key, values["password-file"]);
  const signature = signatureOf(release.bytes, { signer, secret, engine });
  await writeSignatures(folder, withSignature(release.signatures, signature));
  printDone([`已签名    ${signer}，公钥指纹 ${signature.keyId}`]);
  return 0;
}

/** Whoever can read it signs releases for every machine. */
async function requirePrivate(path: string): Promise<void> {
  const info = await Deno.stat(path).catch((thrown) => {
    throw fileTrouble("不能读取", path, thrown);
  });
  if (((info.mode ?? 0) & 0o077) === 0) return;
  throw new StartError(`私钥 "${path}" 其他用户也能读或写，不用它签发布：执行 chmod 600 ${path}`);
}

async function isWhole(
  folder: string,
  { manifest }: ReadRelease,
  engine: Engine,
): Promise<boolean> {
  const newDigest = () => engine.sm3Stream();
  const differences = await compareFiles({ folder, files: manifest.files, newDigest });
  if (differences.count === 0) return true;
  troubleLines({ kind: "files", differences }).forEach(complain);
  complain("没有签名：目录里的文件与清单不一致");
  return false;
}

/** Wipes the secret. */
function signatureOf(
  manifest: Uint8Array,
  { signer, secret, engine }: {
    readonly signer: string;
    readonly secret: Uint8Array;
    readonly engine: Engine;
  },
): ReleaseSignature {
  using privateKey = engine.sm2PrivateKey(secret);
  wipe(secret);
  return {
    signer,
    keyId: engine.sm3(privateKey.publicKey).toHex(),
    algorithm: "sm2-with-sm3",
    signature: signatureToDer(privateKey.sign(manifest, DEFAULT_USER_ID)).toBase64(),
  };
}

function withSignature(
  signatures: readonly ReleaseSignature[],
  added: ReleaseSignature,
): ReleaseSignature[] {
  const others = signatures.filter(({ keyId }) => keyId !== added.keyId);
  if (others.length < SIGNATURES_MAX) return [...others, added];
  throw new StartError(`${SIGNATURES_FILE} 里已有 ${others.length} 个签名，不能再加`);
}

async function writeSignatures(
  folder: string,
  signatures: readonly ReleaseSignature[],
): Promise<void> {
  using output = await openOutput({
    path: join(folder, SIGNATURES_FILE),
    force: true,
    isPrivate: false,
    isBinary: false,
  });
  await output.fill([new TextEncoder().encode(`${JSON.stringify(signatures, null, 2)}\n`)]);
  await output.finish();
}
