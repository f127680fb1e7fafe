import { chinaTime } from "../../../platform/clock.ts";
import { PLATFORM_STREAM } from "../record_events.ts";

export type FaultKind =
  | "content_changed"
  | "deleted"
  | "inserted"
  | "order_changed"
  | "tail_missing"
  | "checkpoint_forged"
  | "head_changed"
  | "deletion_forged"
  | "continued"
  | "named"
  | "unreadable";

/** Where the trail was changed, and how. */
export interface Fault {
  readonly kind: FaultKind;
  readonly stream: string | null;
  /** In the stream, or of a checkpoint where `stream` is null. */
  readonly n: bigint | null;
  readonly eventId: string | null;
  readonly at: Date | null;
  /** Chinese, for an auditor. */
  readonly what: string;
}

export const FAULT_TITLES: Readonly<Record<FaultKind, string>> = {
  content_changed: "内容被改",
  deleted: "被删除",
  inserted: "插入",
  order_changed: "顺序或链接被改",
  tail_missing: "尾部截断",
  checkpoint_forged: "检查点伪造",
  head_changed: "链头被改",
  deletion_forged: "删除记录伪造",
  continued: "断点之后人工续链",
  named: "归档时写明的断点",
  unreadable: "不能读取",
};

/** One line: what, where, when, why. */
export function faultText({ kind, stream, n, eventId, at, what }: Fault): string {
  const where = [
    stream === null ? null : stream === PLATFORM_STREAM ? "平台流" : `机构流 ${stream}`,
    n === null ? null : stream === null ? `第 ${n} 号检查点` : `第 ${n} 条`,
    eventId === null ? null : `事件 ${eventId}`,
    at === null ? null : `${chinaTime(at)}（北京时间）`,
  ].filter((part) => part !== null);
  return `${FAULT_TITLES[kind]}：${[...where, what].join("，")}`;
}
