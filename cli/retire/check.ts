import { publicKeyFromPem } from "../../crypto/keys.ts";
import { verify } from "../../crypto/sm2.ts";
import { fingerprintOf } from "../../server/modules/fleet/line/line_keys.ts";
import {
  type CheckedRecord,
  checkRecord,
  type SignatureVerdict,
} from "../../server/modules/fleet/retire/check_record.ts";
import { retirementFileSchema } from "../../server/modules/fleet/retire/retirement_file.ts";
import {
  complain,
  type ExitCode,
  printDone,
  readArguments,
  StartError,
  UsageError,
} from "../command.ts";
import { readSmallFile } from "../files/input.ts";
import { readPublicKey } from "../key/key_files.ts";
import { recordLines } from "./certificate_text.ts";
import { writeParts } from "./parts.ts";

const HELP = `用法: yikatong retire check --platform-key <指纹或公钥> [选项] <文件>

核对一份撤机证明：平台的会签和终端的签名。文件是管理台“终端”页下载的、证据包 E-19 里的，或 retire --out
写出的（平台会签之后）。不用连平台。文件里的公钥由文件自己带来，所以要另外给出平台公钥的指纹。

  --platform-key <指纹或公钥>  平台线路签名公钥（line-sign）的 SM3 指纹，或它的 PEM 文件
                               （yikatong key show --store 显示指纹的开头）
  --terminal-key <公钥>        终端签名公钥的 PEM 文件，文件里没有带时用
  --parts <目录>               另把被签的原文、签名和公钥写成单独的文件，可用 yikatong sm verify 或
                               openssl 再验一遍

退出码：0 都相符；1 有不符的，或没有公钥不能核对；2 用法不对。`;

const FILE_BYTES_MAX = 262_144;

export async function check(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 1,
    options: {
      "platform-key": { type: "string" },
      "terminal-key": { type: "string" },
      parts: { type: "string" },
    },
  });
  if (!read) return 0;
  const { values, files: [path] } = read;
  const named = values["platform-key"];
  if (path === undefined || named === undefined) {
    throw new UsageError("要有 --platform-key <指纹或公钥> 和 <文件>。加 --help 看说明。");
  }
  const file = readFile(path, await readSmallFile(path, FILE_BYTES_MAX));
  const trusted = await readTrusted(named);
  const { "terminal-key": own } = values;
  const keys = {
    platform: trusted.key ?? file.platformKey,
    terminal: own === undefined ? file.terminalKey : await readPublicKey(own),
  };
  const checked = await checkRecord(file, keys, verify).catch((thrown) => {
    throw new StartError(`"${path}" 里的证明不完整，不能核对`, { cause: thrown });
  });
  if (values.parts !== undefined) await writeParts(values.parts, { ...file, keys, checked });
  const isTrusted = checked.record.platformKey === trusted.fingerprint;
  const lines = recordLines(checked.record, checked.stated);
  printDone([...lines, ...verdictLines(checked, isTrusted)], "证明的内容");
  const isGood = isTrusted && checked.countersignature === "good" &&
    (checked.signature === "good" || checked.signature === "none");
  if (!isGood) complain("这份证明没有通过核对");
  return isGood ? 0 : 1;
}

function readFile(path: string, bytes: Uint8Array) {
  try {
    const file = retirementFileSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    const { record, countersignature, platformPublicKey, terminalPublicKey } = file;
    return {
      record,
      countersignature: Uint8Array.fromHex(countersignature),
      platformKey: platformPublicKey === null ? null : publicKeyFromPem(platformPublicKey),
      terminalKey: terminalPublicKey === null ? null : publicKeyFromPem(terminalPublicKey),
    };
  } catch (thrown) {
    throw new StartError(`"${path}" 不是平台会签过的撤机证明，或已损坏`, { cause: thrown });
  }
}

async function readTrusted(
  named: string,
): Promise<{ readonly fingerprint: string; readonly key: Uint8Array | null }> {
  if (/^[0-9a-fA-F]{64}$/.test(named)) return { fingerprint: named.toLowerCase(), key: null };
  const key = await readPublicKey(named);
  return { fingerprint: fingerprintOf(key), key };
}

const VERDICTS: Readonly<Record<SignatureVerdict, string>> = {
  good: "相符",
  bad: "不符：内容被改动过，或不是它签的",
  no_key: "没有公钥，没有核对",
  none: "没有：终端已经不能签名，由两人声明",
};

function verdictLines(
  { record, countersignature, signature }: CheckedRecord,
  isTrusted: boolean,
): string[] {
  return [
    `平台会签  ${VERDICTS[countersignature]}`,
    `平台公钥  ${record.platformKey}${isTrusted ? "" : "：不是 --platform-key 的那把"}`,
    `终端签名  ${VERDICTS[signature]}`,
  ];
}
