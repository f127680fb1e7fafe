/**
 * Writes `server/modules/audit/catalogue.ts` and `docs/audit-events.md` from catalogue.toml:
 * `deno run -A tools/list_audit_events.ts`.
 */
import { parse } from "smol-toml";
import { z } from "zod";
import { ROOT } from "./source_files.ts";

const SOURCE = new URL("server/modules/audit/catalogue.toml", ROOT);
const TYPES = new URL("server/modules/audit/catalogue.ts", ROOT);
const DOCUMENT = new URL("docs/audit-events.md", ROOT);

/** 网络安全法 第二十三条: at least six months. */
const RETENTION_DAYS_MIN = 184;

const catalogueShape = z.strictObject({
  event: z.array(z.strictObject({
    id: z.string().regex(/^[a-z]+\.[a-z_]+$/),
    title: z.string().min(2),
    severity: z.enum(["info", "warning", "error"]),
    who: z.array(z.enum(["user", "program", "terminal", "system", "shell", "nobody"])).min(1),
    object: z.string().regex(/^[a-z_]+$/),
    retention_days: z.number().int().min(RETENTION_DAYS_MIN),
    clauses: z.array(z.string().regex(/^8\.1\.\d+\.\d+( [a-z])?$/)).min(1),
    completes: z.string().optional(),
    fields: z.record(z.string().regex(/^[a-zA-Z]+$/), z.string().min(1)).default({}),
  })),
});

type ListedEvent = z.infer<typeof catalogueShape>["event"][number];

/** Throws for a second event of one id and for one that completes nothing. */
export function readCatalogue(toml: string): readonly ListedEvent[] {
  const { event: events } = catalogueShape.parse(parse(toml));
  const ids = new Set(events.map(({ id }) => id));
  if (ids.size !== events.length) throw new Error("Cannot list the events: an id is there twice");
  const loose = events.find(({ completes }) => completes !== undefined && !ids.has(completes));
  if (loose) throw new Error(`Cannot list the events: "${loose.id}" completes an unknown one`);
  return events;
}

export function catalogueSource(events: readonly ListedEvent[]): string {
  const entries = events.map(({ id, retention_days, ...rest }) =>
    `  ${JSON.stringify(id)}: ${JSON.stringify({ ...rest, retentionDays: retention_days })},`
  );
  return [
    "// Written by tools/list_audit_events.ts from catalogue.toml.",
    "// deno-fmt-ignore-file -- one line an event",
    'import type { AuditEventKind } from "./event.ts";',
    "",
    "export const AUDIT_EVENTS = {",
    ...entries,
    "} as const satisfies Readonly<Record<string, AuditEventKind>>;",
    "",
  ].join("\n");
}

const SEVERITIES = { info: "一般", warning: "重要", error: "严重" } as const;
const ACTORS = {
  user: "用户",
  program: "程序账号",
  terminal: "终端",
  system: "平台",
  shell: "服务器命令行",
  nobody: "未识别者",
} as const;

export function catalogueDocument(events: readonly ListedEvent[]): string {
  const head = [
    "<!-- deno-fmt-ignore-file -->",
    "<!-- Written by tools/list_audit_events.ts from catalogue.toml. -->",
    "",
    "# 审计事件目录",
    "",
    "平台写入审计记录的全部事件。每条记录都有：时间（毫秒）、事件、结果（成功、拒绝、失败、未知）、" +
    "行为人和所属机构、会话、网络地址、跟踪号、对象，以及终端、患者（编号）、订单（如涉及）；下表的“内容”" +
    "是各事件自己的字段，不含个人信息明文。事件与业务改动在同一数据库事务里写入。",
    "",
    "条款指 GB/T 22239-2019 第三级；保存天数是下限。",
    "",
    "| 事件 | 含义 | 级别 | 行为人 | 对象 | 内容 | 保存（天） | 条款 |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
  ];
  const rows = events.map((event) => {
    const fields = Object.entries(event.fields).map(([name, text]) => `\`${name}\` ${text}`);
    const cells = [
      `\`${event.id}\``,
      event.title + (event.completes === undefined ? "" : `（结束 \`${event.completes}\`）`),
      SEVERITIES[event.severity],
      event.who.map((kind) => ACTORS[kind]).join("、"),
      event.object,
      fields.join("；") || "—",
      String(event.retention_days),
      event.clauses.join("、"),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [...head, ...rows, ""].join("\n");
}

if (import.meta.main) {
  const events = readCatalogue(await Deno.readTextFile(SOURCE));
  await Deno.writeTextFile(TYPES, catalogueSource(events));
  await Deno.writeTextFile(DOCUMENT, catalogueDocument(events));
}
