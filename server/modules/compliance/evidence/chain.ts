import type { Kysely } from "kysely";
import type { SmProvider } from "../../../../crypto/provider.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { faultText } from "../../audit/verify/fault.ts";
import { platformKeys } from "../../audit/verify/known_keys.ts";
import type { VerifyReport } from "../../audit/verify/report.ts";
import { verifyDatabase } from "../../audit/verify/verify_database.ts";
import type { EvidenceSource } from "../evidence_source.ts";
import type { Period } from "../period.ts";

export interface ChainDeps {
  readonly db: Kysely<AuditTables>;
  readonly provider: SmProvider;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** E-05: the chain of the period recomputed from the database while the pack is made. */
export function chainSource(deps: ChainDeps): EvidenceSource {
  return {
    id: "E-05",
    async collect(period, files) {
      const report = await verify(deps, period);
      await files.text({ name: "chain-report.txt", title: "校验报告" }, reportText(report, period));
      return {
        checkpoints: report.checkpoints,
        links: Number(report.links),
        brokenLinks: report.faults.length,
        ...(report.verdict === "stopped" && { brokenLinks: 1 }),
      };
    },
  };
}

async function verify(deps: ChainDeps, period: Period): Promise<VerifyReport> {
  const { provider } = deps;
  return await verifyDatabase(
    // Links and signatures show every change; tags anew would cost as much again.
    { ...deps, tags: null, keys: await platformKeys(provider) },
    {
      from: period.from,
      to: period.until,
      anchors: new Map(),
      counterKey: null,
      signal: deps.signal,
      onProgress: () => {},
    },
  );
}

function reportText(report: VerifyReport, { fromDay, toDay }: Period): string {
  const { lastCheckpoint } = report;
  return [
    `审计链校验（${fromDay} 至 ${toDay}）`,
    "",
    `结论：${report.faults.length === 0 ? "完整" : "有断点"}`,
    `链接：${report.links}`,
    `SM2 签名的检查点：${report.checkpoints}`,
    `最后检查点：${
      lastCheckpoint ? `第 ${lastCheckpoint.number} 号，SM3 ${lastCheckpoint.digest}` : "无"
    }`,
    `逐条重算 HMAC-SM3 标签：${report.tagsChecked ? "是" : "否"}`,
    `等待链接的事件：${report.waiting}`,
    "",
    ...report.faults.map((fault) => `断点：${faultText(fault)}`),
    "",
    "方法：SM3 逐条重算链接，SM2 逐个验证检查点；yikatong audit verify 另外逐条重算 HMAC-SM3 标签。",
    "",
  ].join("\n");
}
