import { chinaTime } from "../../server/platform/clock.ts";
import { type ExitCode, printDone } from "../command.ts";
import { describeBackup } from "../backup/manifest.ts";
import type { OpenedBackup } from "../backup/opened.ts";
import { countGrowing, lastReplayedAt } from "../backup/store.ts";
import { restoreCluster, type RestoreOptions } from "./restore_cluster.ts";

/** A cluster for the operator to switch to. */
export async function restoreInto(
  opened: OpenedBackup,
  options: RestoreOptions,
): Promise<ExitCode> {
  const startedMs = performance.now();
  const { manifest } = options.base;
  await using cluster = await restoreCluster(opened, options);
  const db = cluster.server.connect(manifest.server);
  const readyMs = performance.now();
  const last = await lastReplayedAt(db);
  const counts = await countGrowing(db);
  await db.destroy();
  await cluster.keep();
  const rows = counts.reduce((sum, table) => sum + table.rows, 0);
  printDone([
    `恢复完成：${options.into}，用时 ${((readyMs - startedMs) / 1_000).toFixed(1)} 秒`,
    `备份      ${describeBackup(manifest)}，重放 WAL ${cluster.walSegments} 段`,
    `到        ${last ? `${chinaTime(last)} 提交的最后一个事务` : "备份结束时，之后没有事务"}`,
    `行数      ${counts.length} 张只增的表共 ${rows} 行`,
    "",
    ...NEXT,
  ], "恢复的结果");
  return 0;
}

const NEXT = [
  "接下来（运维手册“恢复数据库备份”）：",
  "  1. 停止平台和旧数据库；把旧数据库的 postgresql.conf、pg_hba.conf 用到新目录上",
  "  2. 让数据库服务的 data_directory 指向新目录，启动",
  "  3. yikatong migrate；yikatong admin erasures --repeat；再次吊销备份之后吊销的终端密钥",
  "  4. yikatong ledger check、audit verify、admin check-integrity 都通过后，启动平台",
  "  5. 重启 yikatong backup receive-wal，立即做一次新的 backup physical（新的时间线）",
];
