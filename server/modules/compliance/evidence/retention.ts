import { AUDIT_EVENTS } from "../../audit/catalogue.ts";
import { type ReadTrailDeps, readTrailEnds } from "../../audit/evidence/read_trail.ts";
import {
  listJournals,
  readEventEnds,
  type ReadFleetDeps,
} from "../../fleet/evidence/read_fleet.ts";
import type { EvidenceSource } from "../evidence_source.ts";
import { ageDays, type Period } from "../period.ts";

export type RetentionDeps = ReadTrailDeps & ReadFleetDeps;

/** E-07: how far back logs go, and what terminals recorded and never delivered. */
export function retentionSource(deps: RetentionDeps): EvidenceSource {
  return {
    id: "E-07",
    async collect(period, files) {
      const trail = await readTrailEnds(deps);
      const terminals = await readEventEnds(deps);
      await files.table({
        name: "retention",
        title: "日志留存",
        columns: ["来源", "最早记录", "最晚记录", "距证据期末天数", "规定最少留存天数"],
        rows: [
          ["平台审计记录", trail.oldest, trail.newest, days(trail.oldest, period), KIND_DAYS_MIN],
          ["终端运行日志", terminals.oldest, terminals.newest, days(terminals.oldest, period), 184],
        ],
      });
      const journals = await listJournals(deps);
      await files.table({
        name: "terminal-gaps",
        title: "终端日志缺号",
        columns: ["终端编号", "日志编号", "已收到的最大序号", "缺少条数"],
        rows: journals.map((row) => [row.number, row.journal_id, row.kept_up_to, row.missing]),
      });
      return {
        journals: journals.length,
        trailDays: Math.max(0, days(trail.oldest, period) ?? 0),
        missingReports: journals.reduce((sum, { missing }) => sum + Number(missing), 0),
      };
    },
  };
}

const KIND_DAYS_MIN = Math.min(...Object.values(AUDIT_EVENTS).map((kind) => kind.retentionDays));

function days(at: Date | null, period: Period): number | null {
  return at && ageDays(at, period);
}
