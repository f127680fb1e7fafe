import type { Kysely } from "kysely";
import type { SmProvider } from "../../../../crypto/provider.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { faultText } from "../../audit/verify/fault.ts";
import { type AuditTags, openAuditTags } from "../../audit/chain/audit_tags.ts";
import { checkOnTheWay, type PartCheck } from "../../audit/verify/check_on_the_way.ts";
import { type KnownKeys, platformKeys } from "../../audit/verify/known_keys.ts";
import type { VerifyReport } from "../../audit/verify/report.ts";
import { verifyDatabase } from "../../audit/verify/verify_database.ts";
import type { EvidenceSource } from "../evidence_source.ts";
import type { Period } from "../period.ts";
import { listTrailWriteRights } from "../store.ts";
import type { ComplianceTables } from "../tables.ts";
import { eventsSource } from "./events.ts";

export interface ChainDeps {
  readonly db: Kysely<AuditTables & ComplianceTables>;
  readonly provider: SmProvider;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** E-04 and E-05: the events of the period, and their chain recomputed while they are written. */
export function chainSources(deps: ChainDeps): EvidenceSource[] {
  let opened: Promise<PartCheck> | null = null;
  const open = () => opened ??= openCheck(deps);
  return [eventsSource({ ...deps, openFollower: open }), reportSource(deps, open)];
}

function reportSource(deps: ChainDeps, open: () => Promise<PartCheck>): EvidenceSource {
  return {
    id: "E-05",
    async collect(period, files) {
      const report = await (await open()).report(deps.signal) ?? await verify(deps, period);
      await files.text({ name: "chain-report.txt", title: "校验报告" }, reportText(report, period));
      const rights = await listTrailWriteRights(deps.db);
      await files.table({
        name: "write-rights",
        title: "平台数据库账号对审计表的修改和删除权限（应为空）",
        columns: ["数据库账号", "表", "权限"],
        rows: rights.map(({ account, table, right }) => [account, table, right]),
      });
      return {
        trailWriteRights: rights.length,
        checkpoints: report.checkpoints,
        links: Number(report.links),
        brokenLinks: report.faults.length,
        ...(report.verdict === "stopped" && { brokenLinks: 1 }),
      };
    },
  };
}

async function openCheck(deps: ChainDeps): Promise<PartCheck> {
  return checkOnTheWay({ ...deps, ...await checkKeys(deps) });
}

async function checkKeys({ provider }: ChainDeps): Promise<
  { readonly tags: AuditTags; readonly keys: KnownKeys }
> {
  return { tags: await openAuditTags(provider), keys: await platformKeys(provider) };
}

/** Where nothing is signed yet there is no part to write, and the chain is checked by itself. */
async function verify(deps: ChainDeps, period: Period): Promise<VerifyReport> {
  return await verifyDatabase({ ...deps, ...await checkKeys(deps) }, {
    from: period.from,
    to: period.until,
    anchors: new Map(),
    counterKey: null,
    signal: deps.signal,
    onProgress: () => {},
  });
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
    "方法：逐条重算 HMAC-SM3 标签和 SM3 链接，SM2 逐个验证检查点，写入 E-04 时一次完成。",
    "",
  ].join("\n");
}
