import { chinaTime } from "../../../../platform/clock.ts";
import type { AuditEventRow } from "../../canonical_form.ts";
import type { AuditEventKind } from "../../event.ts";
import { fieldsOf, kindOf, type Names, shown } from "../event_view.ts";

export type Cell = string | null;

interface Line {
  readonly row: AuditEventRow;
  readonly kind: AuditEventKind;
  readonly names: Names;
}

interface Column {
  readonly title: string;
  readonly of: (line: Line) => Cell;
}

const SEVERITIES = { info: "一般", warning: "警告", error: "严重" } as const;
const RESULTS = { succeeded: "成功", refused: "拒绝", failed: "失败", unknown: "未知" } as const;
const ACTORS: ReadonlyMap<string, string> = new Map(Object.entries({
  user: "用户",
  program: "程序",
  terminal: "终端",
  system: "系统",
  shell: "服务器命令行",
  nobody: "未知来源",
}));

const COLUMNS: readonly Column[] = [
  { title: "时间（北京）", of: ({ row }) => chinaTime(row.at) },
  { title: "时间（UTC）", of: ({ row }) => row.at.toISOString() },
  { title: "事件", of: ({ kind }) => kind.title },
  { title: "事件代码", of: ({ row }) => row.kind },
  { title: "级别", of: ({ kind }) => SEVERITIES[kind.severity] },
  { title: "结果", of: ({ row }) => RESULTS[row.result] },
  { title: "原因", of: ({ row }) => row.reason },
  { title: "机构", of: ({ row, names }) => names.get(row.stream_id) ?? row.stream_id },
  { title: "操作者类别", of: ({ row }) => ACTORS.get(row.actor_kind) ?? row.actor_kind },
  { title: "操作者", of: ({ row }) => row.actor_name },
  { title: "操作者编号", of: ({ row }) => row.actor_id },
  { title: "会话", of: ({ row }) => row.session_id },
  { title: "地址", of: ({ row }) => row.address },
  { title: "跟踪号", of: ({ row }) => row.trace_id },
  { title: "对象类别", of: ({ kind }) => kind.object },
  { title: "对象", of: ({ row }) => row.object_id },
  { title: "终端", of: ({ row }) => row.terminal_id },
  { title: "患者", of: ({ row }) => row.patient_id },
  { title: "订单", of: ({ row }) => row.order_id },
  { title: "内容", of: contentOf },
  { title: "事件编号", of: ({ row }) => row.id },
];

export const COLUMN_TITLES: readonly string[] = COLUMNS.map(({ title }) => title);

export function cellsOf(row: AuditEventRow, names: Names): readonly Cell[] {
  const line = { row, kind: kindOf(row.kind), names };
  return COLUMNS.map(({ of }) => of(line));
}

function contentOf({ row, kind }: Line): string {
  return Object.entries(fieldsOf(row.fields))
    .map(([name, value]) => `${kind.fields[name] ?? name}：${shown(value) ?? "-"}`).join("；");
}
