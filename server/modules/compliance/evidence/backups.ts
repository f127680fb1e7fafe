import { eachEvent, kindsWhere, type ReadTrailDeps } from "../../audit/evidence/read_trail.ts";
import type { EvidenceSource } from "../evidence_source.ts";
import type { EvidenceFiles } from "../evidence_files.ts";
import type { CsvValue } from "../pack/csv.ts";
import type { Period } from "../period.ts";
import type { KnownFacts } from "../facts.ts";
import { fieldOf, RESULT_NAMES, type TrailEvent, writeEvents } from "./event_rows.ts";

const ARCHIVED = kindsWhere((_kind, id) => id === "audit.archived");
const BACKED_UP = kindsWhere((_kind, id) => id === "platform.backup_made");
const PRUNED = kindsWhere((_kind, id) => id === "platform.backups_pruned");
const DRILLED = kindsWhere((_kind, id) => id === "platform.restore_drilled");

/** E-08: backups of the database that were made and deleted, and the trail's months as signed files. */
export function backupsSource(deps: ReadTrailDeps): EvidenceSource {
  return {
    id: "E-08",
    async collect(period, files) {
      const archives = { name: "trail-archives", title: "审计记录归档（签名文件）" };
      const trailArchives = await writeEvents(deps, {
        ...archives,
        files,
        period,
        kinds: ARCHIVED,
      });
      const pruned = { name: "backups-pruned", title: "按留存规则删除的备份" };
      await writeEvents(deps, { ...pruned, files, period, kinds: PRUNED });
      return { trailArchives, ...await writeBackups(deps, period, files) };
    },
  };
}

/** Standbys are counted at each backup; of a period without one nothing is known of them. */
async function writeBackups(
  deps: ReadTrailDeps,
  period: Period,
  files: EvidenceFiles,
): Promise<KnownFacts> {
  let backups = 0;
  let standbys: number | undefined;
  await files.table({
    name: "backups",
    title: "数据库备份",
    columns: [
      "编号",
      "记入时间",
      "完成时间",
      "种类",
      "结果",
      "用时（秒）",
      "加密后字节数",
      "SM3",
      "核对的文件数",
      "备库和接收程序",
      "经手人",
    ],
    rows: rowsOf(deps, { period, kinds: BACKED_UP }, (event) => {
      if (event.result === "succeeded") {
        backups++;
        standbys = Number(fieldOf(event, "standbys"));
      }
      const field = (name: string) => fieldOf(event, name);
      return [
        event.object_id,
        event.at,
        field("endedAt"),
        field("kind") === "physical" ? "物理" : "逻辑",
        RESULT_NAMES[event.result],
        field("seconds"),
        field("bytes"),
        field("digest"),
        field("checkedFiles"),
        field("standbys"),
        event.actor_name,
      ];
    }),
  });
  return { backups, ...(standbys !== undefined && { standbys }) };
}

/** E-09: what each drill brought back, in which time, and what its checks said. */
export function drillsSource(deps: ReadTrailDeps): EvidenceSource {
  return {
    id: "E-09",
    async collect(period, files) {
      let restoreDrills = 0;
      await files.table({
        name: "restore-drills",
        title: "恢复演练",
        columns: [
          "开始时间",
          "备份",
          "恢复到",
          "结果",
          "RTO（秒）",
          "RPO（秒）",
          "核对行数",
          "缺少行数",
          "账目不一致",
          "审计链接",
          "审计断点",
          "密钥库相符",
          "演练记录 SM3",
          "经手人",
        ],
        rows: rowsOf(deps, { period, kinds: DRILLED }, (event) => {
          if (event.result === "succeeded") restoreDrills++;
          const field = (name: string) => fieldOf(event, name);
          return [
            field("startedAt"),
            event.object_id,
            field("target"),
            event.result === "succeeded" ? "通过" : "没有通过",
            field("rtoSeconds"),
            field("rpoSeconds"),
            field("rows"),
            field("missingRows"),
            field("ledgerDifferences"),
            field("auditLinks"),
            field("auditFaults"),
            field("keysFit"),
            field("digest"),
            event.actor_name,
          ];
        }),
      });
      return { restoreDrills };
    },
  };
}

async function* rowsOf(
  deps: ReadTrailDeps,
  { period, kinds }: { readonly period: Period; readonly kinds: typeof DRILLED },
  rowOf: (event: TrailEvent) => CsvValue[],
): AsyncGenerator<CsvValue[]> {
  for await (const event of eachEvent(deps, { ...period, kinds })) yield rowOf(event);
}
