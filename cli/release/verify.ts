import { checkRelease, type ReleaseCheck } from "../../server/platform/release/check_release.ts";
import { DEFAULT_KEYS_PATH } from "../../server/platform/release/settings.ts";
import { troubleLines } from "../../server/platform/release/trouble_text.ts";
import { readTrustedKeys } from "../../server/platform/release/trusted_keys.ts";
import { complain, type ExitCode, print, readArguments, UsageError } from "../command.ts";
import { openEngine, providerHelp } from "../sm/engine.ts";
import { releaseFolder, releaseLines } from "./read_release.ts";
import { trusting } from "./trusting.ts";

const HELP = `用法: yikatong release verify [选项] [发布目录]

核对一个发布：每个受信任的签名方都签了这份清单，目录里的文件与清单一个不多、一个不少、内容相同。
不写目录时核对本程序自己的。写了目录时还要求没有过安装期限。一致返回 0，否则说明每一处并返回 1。

  --trust <目录或公钥>  受信任的公钥，可写多次；默认 ${DEFAULT_KEYS_PATH}。文件名就是
                        签名方：build.pem、owner.pem；换密钥时 owner-2027.pem 与 owner.pem
                        有一把签了就算
  --counter-min <序号>  拒绝序号更低的发布（已知有漏洞的旧版本）
${providerHelp(22)}

例:
  yikatong release verify
  yikatong release verify --trust /media/keys /srv/yikatong-1.2.3-linux-arm64`;

export async function verify(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 1,
    options: {
      trust: { type: "string", multiple: true },
      "counter-min": { type: "string" },
      provider: { type: "string" },
    },
  });
  if (!read) return 0;
  const { values, files: [named] } = read;
  const folder = releaseFolder(named);
  const counterMin = readCounter(values["counter-min"]);
  const trusted = await trusting(() => trustedKeys(values.trust));
  using engine = openEngine(values.provider);
  const check = await checkRelease({
    folder,
    trusted,
    newDigest: () => engine.sm3Stream(),
    counterMin,
    installedAt: named === undefined ? null : new Date(),
  });
  tell(check);
  return check.troubles.length === 0 ? 0 : 1;
}

async function trustedKeys(named: readonly string[] | undefined) {
  for (const path of named ?? []) {
    // Of the usual place there may be none; what was named and is not there is a mistake.
    if (await Deno.stat(path).catch(() => null) === null) {
      throw new UsageError(`--trust "${path}" 不存在，或没有权限读取`);
    }
  }
  return await readTrustedKeys(...(named ?? [DEFAULT_KEYS_PATH]));
}

function readCounter(text = "0"): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`--counter-min "${text}" 无效：应为整数`);
}

function tell({ manifest, signers, troubles }: ReleaseCheck): void {
  for (const line of manifest ? releaseLines(manifest) : []) print(line);
  for (const { signer, state, keyId } of signers) {
    if (state === "signed") print(`签名      ${signer}，公钥指纹 ${keyId}`);
  }
  const lines = troubles.flatMap(troubleLines);
  lines.forEach(complain);
  if (lines.length === 0) print("结论：签名正确，文件与清单一致");
  else complain("结论：不要使用这个发布");
}
