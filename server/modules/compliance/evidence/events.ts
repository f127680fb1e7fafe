import { AUDIT_EVENTS } from "../../audit/catalogue.ts";
import { countTrail, type ReadTrailDeps } from "../../audit/evidence/read_trail.ts";
import { type AuditPartDeps, writeAuditPart } from "../../audit/pack/write_audit_part.ts";
import { LINKS_FILE } from "../../audit/pack_format.ts";
import type { PartFollower } from "../../audit/verify/check_on_the_way.ts";
import { DomainError } from "../../../platform/errors.ts";
import type { EvidenceFiles } from "../evidence_files.ts";
import type { Period } from "../period.ts";
import type { EvidenceSource } from "../evidence_source.ts";
import { ACTOR_NAMES, RESULT_NAMES, titleOf } from "./event_rows.ts";

export type EventsDeps = ReadTrailDeps & AuditPartDeps & {
  /** Checks what is written, while it is. */
  readonly openFollower: () => Promise<PartFollower>;
};

/** E-04: the period's events themselves, as the audit trail's own pack has them, and their counts. */
export function eventsSource(deps: EventsDeps): EvidenceSource {
  return {
    id: "E-04",
    async collect(period, files) {
      const counts = await countTrail(deps, period);
      await files.table({
        name: "statistics",
        title: "审计事件统计",
        columns: ["事件", "名称", "结果", "操作者类别", "条数"],
        rows: counts.map(({ kind, result, actor_kind, count }) => [
          kind,
          titleOf(kind),
          Object.entries(RESULT_NAMES).find(([name]) => name === result)?.[1] ?? result,
          ACTOR_NAMES[actor_kind] ?? actor_kind,
          count,
        ]),
      });
      await writeChain(deps, files, period);
      return {
        events: counts.reduce((sum, { count }) => sum + count, 0),
        // The column takes no null and the writer no empty name; counted all the same.
        eventsWithoutActor: counts.filter(({ actor_kind }) => actor_kind === "").length,
        auditKinds: Object.keys(AUDIT_EVENTS).length,
      };
    },
  };
}

/** Every event with its link, as `yikatong audit verify --pack` reads them. */
async function writeChain(
  deps: EventsDeps,
  files: EvidenceFiles,
  { from, until }: Period,
): Promise<void> {
  const follower = await deps.openFollower();
  const range = { from, to: until };
  try {
    for await (const { name, content } of writeAuditPart({ ...deps, follower }, range)) {
      await files.inFolder({ name, title: chainTitle(name) }, content);
    }
  } catch (thrown) {
    if (!(thrown instanceof DomainError && thrown.code === "audit.no_checkpoint")) throw thrown;
    const text = "审计链还没有签名的检查点，没有可导出的记录。\n";
    await files.text({ name: "no-checkpoint.txt", title: "没有检查点" }, text);
  }
}

function chainTitle(name: string): string {
  if (LINKS_FILE.test(name)) return "审计事件及其链接（一日一个文件，按链接日，UTC）";
  if (name.startsWith("public-key")) return "审计签名公钥";
  return "审计链的范围与检查点";
}
