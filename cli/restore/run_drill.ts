import { sm3 } from "../../crypto/sm3.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { reasonOf } from "../../server/platform/errors.ts";
import { complain, type ExitCode, printDone } from "../command.ts";
import { backupId, drillFolder } from "../backup/layout.ts";
import { type CountedTable, describeBackup } from "../backup/manifest.ts";
import { makeFolder, type OpenedBackup, openSource } from "../backup/opened.ts";
import { tryToRecord } from "../backup/own_record.ts";
import { syncFolder, writeNew } from "../backup/sealed_file.ts";
import { openSigner } from "../backup/signature.ts";
import { countGrowing, findSchema, lastReplayedAt } from "../backup/store.ts";
import { openDatabaseUser } from "./database_user.ts";
import { checkAudit, checkKeys, checkLedger, type DrillKeys } from "./drill_checks.ts";
import { openDrillKeys } from "./drill_keys.ts";
import { drilledEvent, type DrillRecord, missingRows, writeRecord } from "./drill_record.ts";
import { restoreCluster, type RestoreOptions } from "./restore_cluster.ts";

export interface DrillOptions extends Omit<RestoreOptions, "into"> {
  readonly into: string | undefined;
  readonly by: string;
  readonly auditKey: string | undefined;
}

const SCRATCH_PARENT = "/var/tmp";

/** Restores for the sake of knowing that it can be done, how long it takes and what is lost. */
export async function runDrill(
  opened: OpenedBackup,
  options: DrillOptions,
): Promise<ExitCode> {
  await using keys = await openDrillKeys(opened.config, options.auditKey);
  using signer = await openSigner(opened.engine, opened.settings);
  await using scratch = await scratchFolder(opened, options.into);
  const record = await drill(opened, { ...options, keys, into: `${scratch.path}/cluster` });
  const text = writeRecord(record);
  await makeFolder(drillFolder(opened.settings));
  const path = `${drillFolder(opened.settings)}/${record.id}.json`;
  await writeNew(path, text);
  if (signer) await writeNew(`${path}.sig`, signer.sign(text));
  await syncFolder(drillFolder(opened.settings));
  const how = `在平台上执行 yikatong backup record ${path}`;
  const event = drilledEvent(record, sm3(text).toHex());
  await tryToRecord(opened.config, { by: options.by, events: [event], how });
  tell(record, options, path);
  return record.verdict === "passed" ? 0 : 1;
}

async function scratchFolder(
  { settings }: OpenedBackup,
  parent = SCRATCH_PARENT,
): Promise<{ readonly path: string } & AsyncDisposable> {
  const user = await openDatabaseUser(settings.run_as);
  const path = await Deno.makeTempDir({ dir: parent, prefix: "yikatong-drill-" });
  await user.own(path);
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

async function drill(
  opened: OpenedBackup,
  options: Omit<DrillOptions, "into"> & { readonly into: string; readonly keys: DrillKeys },
): Promise<DrillRecord> {
  const { base: { manifest }, to, keys, signal, tell } = options;
  const startedAt = SYSTEM_CLOCK.now();
  const live = to === null ? await countLive(opened) : null;
  const startedMs = performance.now();
  await using cluster = await restoreCluster(opened, options);
  const db = cluster.server.connect(manifest.server);
  await using _closing = { [Symbol.asyncDispose]: () => db.destroy() };
  const at = await lastReplayedAt(db) ?? new Date(manifest.endedAt);
  const readyMs = performance.now();
  tell("核对行数、账目、审计链、密钥库");
  const restored = await countGrowing(db);
  const checks = {
    ledger: await checkLedger({ db, at }),
    audit: await checkAudit({ db, at, keys, signal }),
    keysFit: await checkKeys({ db, at, keys }),
  };
  const counts = compareCounts(manifest.counts, live, restored);
  const reasons = reasonsOf({ counts, ...checks });
  return {
    format: 1,
    product: "yikatong",
    kind: "restore_drill",
    id: backupId(startedAt),
    by: options.by,
    startedAt: startedAt.toISOString(),
    endedAt: SYSTEM_CLOCK.now().toISOString(),
    backup: { id: manifest.id, endedAt: manifest.endedAt, sm3: manifest.content.sm3 },
    target: to?.toISOString() ?? "latest",
    server: manifest.server.version,
    schema: await findSchema(db),
    walSegments: cluster.walSegments,
    rtoSeconds: secondsOf(readyMs - startedMs),
    rpoSeconds: live && lostSeconds({ live, restored, at }),
    checkSeconds: secondsOf(performance.now() - readyMs),
    counts,
    ...checks,
    verdict: reasons.length === 0 ? "passed" : "failed",
    reasons,
  };
}

/** What is committed now. A drill without the live database proves all but the RPO. */
async function countLive(opened: OpenedBackup): Promise<CountedTable[] | null> {
  try {
    await using source = await openSource(opened);
    return await countGrowing(source.db);
  } catch (thrown) {
    complain(`读不到现在的数据库，不计算 RPO：${reasonOf(thrown)}`);
    return null;
  }
}

function compareCounts(
  backedUp: readonly CountedTable[],
  live: readonly CountedTable[] | null,
  restored: readonly CountedTable[],
): DrillRecord["counts"] {
  const rowsIn = (counts: readonly CountedTable[], table: string) =>
    counts.find((counted) => counted.table === table)?.rows ?? 0;
  return restored.map(({ table, rows }) => ({
    table,
    backedUp: rowsIn(backedUp, table),
    live: live && rowsIn(live, table),
    restored: rows,
  }));
}

/** Between the newest rows, of the table that lost most; of one that lost all, since `at`. */
function lostSeconds({ live, restored, at }: {
  readonly live: readonly CountedTable[];
  readonly restored: readonly CountedTable[];
  readonly at: Date;
}): number {
  const lostMs = live.flatMap(({ table, newest }) => {
    const found = restored.find((counted) => counted.table === table)?.newest ?? at.toISOString();
    return newest === null ? [] : [Date.parse(newest) - Date.parse(found)];
  });
  return secondsOf(Math.max(0, ...lostMs));
}

function reasonsOf(
  { counts, ledger, audit, keysFit }: Pick<DrillRecord, "counts" | "ledger" | "audit" | "keysFit">,
): string[] {
  return [
    ...counts.filter(({ backedUp, restored }) => restored < backedUp)
      .map(({ table, backedUp, restored }) =>
        `${table} 备份时 ${backedUp} 行，恢复出 ${restored} 行`
      ),
    ...(ledger.differences.length > 0 ? [`账目 ${ledger.differences.length} 处不一致`] : []),
    ...(audit.faults.length > 0 ? [`审计链 ${audit.faults.length} 处断点`] : []),
    ...(keysFit === false ? ["密钥库打不开恢复出的数据"] : []),
  ];
}

function secondsOf(ms: number): number {
  return Math.round(ms) / 1_000;
}

function tell(record: DrillRecord, { base }: DrillOptions, path: string): void {
  const { ledger, audit, keysFit, rpoSeconds, reasons } = record;
  const rows = record.counts.reduce((sum, { restored }) => sum + restored, 0);
  printDone([
    record.verdict === "passed" ? "恢复演练通过" : `恢复演练没有通过：${reasons.join("；")}`,
    `备份      ${describeBackup(base.manifest)}，重放 WAL ${record.walSegments} 段`,
    `RTO       ${record.rtoSeconds} 秒（核对另用 ${record.checkSeconds} 秒）`,
    rpoSeconds === null
      ? "RPO       不知道：没有读到现在的数据库，或恢复到指定时刻"
      : `RPO       ${rpoSeconds} 秒，缺 ${missingRows(record)} 行`,
    `行数      ${record.counts.length} 张只增的表共 ${rows} 行`,
    `账目      最近 ${ledger.days} 天，${ledger.differences.length} 处不一致`,
    `审计链    ${audit.links} 条链接、${audit.checkpoints} 个检查点，${audit.faults.length} 处断点`,
    `密钥库    ${keysFit === null ? "没有核对" : keysFit ? "相符" : "不符"}`,
    `记录      ${path}`,
  ], "演练的结果");
}
