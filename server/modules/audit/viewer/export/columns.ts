import { chinaTime } from "../../../../platform/clock.ts";
import type { AuditEventView } from "../contract.ts";

export type Cell = string | null;

interface Column {
  readonly title: string;
  readonly of: (event: AuditEventView) => Cell;
}

const SEVERITIES = { info: "一般", warning: "警告", error: "严重" } as const;
const RESULTS = { succeeded: "成功", refused: "拒绝", failed: "失败", unknown: "未知" } as const;
const ACTORS = {
  user: "用户",
  program: "程序",
  terminal: "终端",
  system: "系统",
  shell: "服务器命令行",
  nobody: "未知来源",
} as const;

const COLUMNS: readonly Column[] = [
  { title: "时间（北京）", of: ({ at }) => chinaTime(new Date(at)) },
  { title: "时间（UTC）", of: ({ at }) => at },
  { title: "事件", of: ({ title }) => title },
  { title: "事件代码", of: ({ kind }) => kind },
  { title: "级别", of: ({ severity }) => SEVERITIES[severity] },
  { title: "结果", of: ({ result }) => RESULTS[result] },
  { title: "原因", of: ({ reason }) => reason },
  {
    title: "机构",
    of: ({ organisationName, organisationId }) => organisationName ?? organisationId,
  },
  { title: "操作者类别", of: ({ actor }) => ACTORS[actor.kind] },
  { title: "操作者", of: ({ actor }) => actor.name },
  { title: "操作者编号", of: ({ actor }) => actor.id },
  { title: "会话", of: ({ actor }) => actor.sessionId },
  { title: "地址", of: ({ actor }) => actor.address },
  { title: "跟踪号", of: ({ traceId }) => traceId },
  { title: "对象类别", of: ({ object }) => object },
  { title: "对象", of: ({ objectId }) => objectId },
  { title: "终端", of: ({ terminalId }) => terminalId },
  { title: "患者", of: ({ patientId }) => patientId },
  { title: "订单", of: ({ orderId }) => orderId },
  {
    title: "内容",
    of: ({ fields }) => fields.map(({ title, value }) => `${title}：${value ?? "-"}`).join("；"),
  },
  { title: "事件编号", of: ({ id }) => id },
];

export const COLUMN_TITLES: readonly string[] = COLUMNS.map(({ title }) => title);

export function cellsOf(event: AuditEventView): readonly Cell[] {
  return COLUMNS.map(({ of }) => of(event));
}
