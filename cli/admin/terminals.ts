import {
  listTerminals,
  type TerminalLine,
  TERMINALS_PAGE_MAX,
} from "../../server/modules/fleet/health/list_terminals.ts";
import type { TerminalState } from "../../server/modules/fleet/terminal.ts";
import { chinaTime } from "../../server/platform/clock.ts";
import { type ExitCode, print, readOptions, UsageError } from "../command.ts";
import { withFleet } from "./fleet_database.ts";

const PAGE_DEFAULT = 50;
const FINGERPRINT_SHOWN = 16;

const HELP = `用法: yikatong admin terminals [选项]

按编号列出终端：状态、注册情况、最后一次心跳、程序版本、签名密钥指纹的前 ${FINGERPRINT_SHOWN} 位。

  --state <状态>   只列 active（在用）、suspended（暂停）或 retired（退役）
  --after <编号>   从这个编号之后列起
  --limit <台数>   至多列多少台（默认 ${PAGE_DEFAULT}，最多 ${TERMINALS_PAGE_MAX}）
  --config <文件>  TOML 配置文件（也可用 YIKATONG_CONFIG）；环境变量优先`;

const STATES: Readonly<Record<TerminalState, string>> = {
  active: "在用",
  suspended: "暂停",
  retired: "退役",
};

const LINES: Readonly<Record<TerminalLine["line"], string>> = {
  none: "未注册",
  enrolled: "已注册",
  replaced: "已被替换",
  revoked: "已吊销",
  cloned: "已封锁（发现副本）",
};

export async function terminals(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: {
      state: { type: "string" },
      after: { type: "string" },
      limit: { type: "string" },
      config: { type: "string" },
    },
  });
  if (!options) return 0;
  const limit = readLimit(options.limit);
  const page = { state: readState(options.state), after: options.after ?? "", limit };
  const found = await withFleet(options.config, (fleet) => listTerminals(fleet, page));
  if (found.length === 0) print("没有终端");
  for (const terminal of found) print(describe(terminal));
  const last = found.at(-1);
  if (last && found.length === limit) print(`其余的加 --after ${last.number}`);
  return 0;
}

function describe({ number, state, line, lastSeenAt, version, fingerprint }: TerminalLine): string {
  return [
    number,
    STATES[state],
    LINES[line],
    lastSeenAt ? chinaTime(lastSeenAt) : "没有心跳",
    version ?? "-",
    fingerprint?.slice(0, FINGERPRINT_SHOWN) ?? "-",
  ].join("  ");
}

function readState(text: string | undefined): TerminalState | null {
  switch (text) {
    case undefined:
      return null;
    case "active":
    case "suspended":
    case "retired":
      return text;
    default:
      throw new UsageError(`没有状态 "${text}"：应为 active、suspended 或 retired`);
  }
}

function readLimit(text: string | undefined): number {
  const limit = Number(text ?? PAGE_DEFAULT);
  if (Number.isInteger(limit) && limit >= 1 && limit <= TERMINALS_PAGE_MAX) return limit;
  throw new UsageError(`--limit "${text}" 无效：应为 1 至 ${TERMINALS_PAGE_MAX}`);
}
