import type { SmProvider } from "../../crypto/provider.ts";
import { shellActor } from "../../server/modules/audit/actor.ts";
import { makePadMaster } from "../../server/modules/fleet/pad_keys/issue_pad_keys.ts";
import { findTerminal } from "../../server/modules/fleet/register_terminals.ts";
import { DomainError } from "../../server/platform/errors.ts";
import { readApprover } from "../admin/approver.ts";
import { withAuditedFleet } from "../admin/audited_fleet.ts";
import { type ExitCode, printDone, readArguments, StartError, UsageError } from "../command.ts";

const HELP = `用法: yikatong key pad-master make --terminal <编号> --by <姓名> [选项]

生成一台终端的密码键盘主密钥。密钥不离开密码设备或密钥库，只给出用传输密钥加密的密文和校验值；
两样都不是秘密，抄到密钥室灌装（yikatong key pad-master load）。灌装后由另一人确认
（yikatong key pad-master confirm）才启用，在那以前原来的主密钥照常有效。

传输密钥由两人各持一段，事先录入平台的密钥库：
  yikatong key store enter --store <密钥库> --label pad-transport --usage export

  --terminal <编号>         哪一台终端
  --by <姓名>               谁经手的，记入审计记录
  --algorithm <算法>        sm4（默认）或 tdes，与键盘和传输密钥相同
  --transport <名称>        传输密钥的名称，默认 pad-transport
  --config <文件>           TOML 配置文件（也可用 YIKATONG_CONFIG）；环境变量优先
  --insecure-development    用开发密钥，仅限没有真实数据的环境`;

const TRANSPORT_KEY = "pad-transport";

export async function makeMaster(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, { help: HELP, filesMax: 0, options: OPTIONS });
  if (!read) return 0;
  const { terminal: number, algorithm: text, transport = TRANSPORT_KEY } = read.values;
  if (number === undefined) throw new UsageError("缺少 --terminal <编号>。加 --help 看说明。");
  const algorithm = padAlgorithmOf(text);
  const actor = shellActor(readApprover(read.values.by));
  await withAuditedFleet(read.values, async (fleet) => {
    const terminal = await findTerminal(fleet, { number });
    if (!terminal) throw new StartError(`没有编号为 "${number}" 的终端`);
    const transportKey = await transportOf(fleet.provider, transport, algorithm);
    const asked = { terminalId: terminal.id, actor, algorithm, to: { transportKey } };
    const made = await makePadMaster(fleet, asked).catch(explainRoot);
    printDone([
      `终端 ${number} 的密码键盘主密钥：第 ${made.version} 版（${algorithm}），等待灌装`,
      `密文    ${made.wrapped.toHex()}`,
      `校验值  ${made.checkValue.toHex()}`,
    ], "结果");
  });
  return 0;
}

const OPTIONS = {
  terminal: { type: "string" },
  by: { type: "string" },
  algorithm: { type: "string" },
  transport: { type: "string" },
  config: { type: "string" },
  "insecure-development": { type: "boolean" },
} as const;

export function padAlgorithmOf(text = "sm4"): "sm4" | "tdes" {
  if (text === "sm4" || text === "tdes") return text;
  throw new UsageError("--algorithm 应是 sm4 或 tdes");
}

async function transportOf(provider: SmProvider, label: string, algorithm: "sm4" | "tdes") {
  const key = await provider.findKey(label);
  if (key?.usage === "export" && key.algorithm === algorithm) return key;
  throw new StartError(
    `密钥库里没有传输密钥 "${label}"（用途 export，算法 ${algorithm}）：两人各录一段，` +
      `yikatong key store enter --label ${label} --usage export --algorithm ${algorithm}`,
  );
}

function explainRoot(thrown: unknown): never {
  if (!(thrown instanceof DomainError) || thrown.code !== "fleet.no_key_root") throw thrown;
  throw new StartError(
    "密钥库里没有 key-ladder-root：用 yikatong key store add-missing 补上；crypto.provider = sdf 的" +
      "密码设备做不了密码键盘的密钥",
    { cause: thrown },
  );
}
