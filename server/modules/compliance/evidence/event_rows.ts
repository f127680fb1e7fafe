import type { AuditEventRow } from "../../audit/canonical_form.ts";
import { AUDIT_EVENTS } from "../../audit/catalogue.ts";
import { type AuditEventId, isAuditEventId } from "../../audit/event.ts";
import { eachEvent, type ReadTrailDeps } from "../../audit/evidence/read_trail.ts";
import type { EvidenceFiles, Table } from "../evidence_files.ts";
import type { CsvValue } from "../pack/csv.ts";
import type { Period } from "../period.ts";

export type TrailEvent = Omit<AuditEventRow, "tag">;

const COLUMNS = [
  "事件编号",
  "时间",
  "事件",
  "名称",
  "结果",
  "原因代码",
  "操作者类别",
  "操作者",
  "操作者机构",
  "来源地址",
  "对象",
  "终端",
  "跟踪号",
  "内容",
];

/** A table of the period's events of some kinds; what is counted is told of each. */
export async function writeEvents(
  deps: ReadTrailDeps,
  { files, period, kinds, onEvent, ...table }: Pick<Table, "name" | "title"> & {
    readonly files: EvidenceFiles;
    readonly period: Period;
    readonly kinds: readonly AuditEventId[];
    readonly onEvent?: (event: TrailEvent) => void;
  },
): Promise<number> {
  async function* rows(): AsyncGenerator<CsvValue[]> {
    for await (const event of eachEvent(deps, { ...period, kinds })) {
      onEvent?.(event);
      yield eventRow(event);
    }
  }
  return await files.table({ ...table, columns: COLUMNS, rows: rows() });
}

function eventRow(event: TrailEvent): CsvValue[] {
  return [
    event.id,
    event.at,
    event.kind,
    titleOf(event.kind),
    RESULT_NAMES[event.result],
    event.reason,
    ACTOR_NAMES[event.actor_kind] ?? event.actor_kind,
    event.actor_name,
    event.actor_organisation_id,
    event.address,
    event.object_id,
    event.terminal_id,
    event.trace_id,
    event.fields,
  ];
}

export function titleOf(kind: string): string {
  return isAuditEventId(kind) ? AUDIT_EVENTS[kind].title : "";
}

export const RESULT_NAMES = {
  succeeded: "成功",
  refused: "拒绝",
  failed: "失败",
  unknown: "未知",
} as const;

export const ACTOR_NAMES: Readonly<Record<string, string>> = {
  user: "人员",
  program: "程序",
  terminal: "终端",
  system: "平台",
  shell: "服务器命令行",
  nobody: "未登录",
};

/** One value out of an event's fields; null where there is none. */
export function fieldOf({ fields }: TrailEvent, name: string): string | number | boolean | null {
  const parsed: unknown = JSON.parse(fields);
  if (typeof parsed !== "object" || parsed === null) return null;
  const value = Object.entries(parsed).find(([key]) => key === name)?.[1];
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? value
    : null;
}
