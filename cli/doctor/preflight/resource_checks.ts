import type { TerminalFinding } from "../finding.ts";
import type { MachineFacts } from "./facts.ts";

export type Role = "server" | "terminal";

const GIB = 1024 ** 3;

interface Bounds {
  readonly memoryMin: number;
  readonly memoryGood: number;
  readonly diskMin: number;
  readonly diskGood: number;
}

const BOUNDS: Readonly<Record<Role, Bounds>> = {
  server: { memoryMin: 1, memoryGood: 4, diskMin: 5, diskGood: 20 },
  terminal: { memoryMin: 1, memoryGood: 2, diskMin: 2, diskGood: 5 },
};

/** A machine of 4 GiB tells a little less: what the kernel took for itself. */
const MEMORY_TOLERANCE = 0.9;

export function resourceFindings(facts: MachineFacts, role: Role): TerminalFinding[] {
  const { memoryMin, memoryGood, diskMin, diskGood } = BOUNDS[role];
  return [
    timeFinding(facts),
    amountFinding("内存", facts.memoryBytes, {
      min: memoryMin * MEMORY_TOLERANCE,
      good: memoryGood * MEMORY_TOLERANCE,
      remedy: `建议 ${memoryGood} GiB 以上`,
    }),
    amountFinding("磁盘", facts.freeBytes, {
      min: diskMin,
      good: diskGood,
      remedy: `/var/lib 所在的分区建议剩余 ${diskGood} GiB 以上：清理或扩容`,
    }),
  ];
}

function timeFinding({ isTimeSynced }: MachineFacts): TerminalFinding {
  const subject = "时间同步";
  if (isTimeSynced === true) return { state: "ok", subject, text: "已同步", remedy: "" };
  return {
    state: "warning",
    subject,
    text: isTimeSynced === false ? "没有同步" : "没有找到时间同步服务",
    remedy: "配置 chrony 或 systemd-timesyncd 指向内网时间服务器：时间差得多时线路和签名会被拒绝",
  };
}

function amountFinding(
  subject: string,
  bytes: number,
  { min, good, remedy }: { readonly min: number; readonly good: number; readonly remedy: string },
): TerminalFinding {
  const amount = bytes / GIB;
  const state = amount < min ? "failed" : amount < good ? "warning" : "ok";
  return { state, subject, text: `${amount.toFixed(1)} GiB`, remedy: state === "ok" ? "" : remedy };
}
