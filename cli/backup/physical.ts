import type { BackupSettings } from "../../server/platform/backup_settings.ts";
import { type CheckedCluster, ClusterCheck } from "./cluster_check.ts";
import { libpqVariables } from "./libpq.ts";
import type { Making } from "./make_backup.ts";
import { startTool } from "./run_tool.ts";
import { clusterBytes, holdWal } from "./store.ts";
import { findTools } from "./tools.ts";
import { segmentOf } from "./wal_names.ts";

/**
 * pg_basebackup's tar, with the WAL that makes it whole by itself, compared with the server's own
 * checksums while it goes by. The plain content never lies on this machine's disk.
 */
export async function physicalMaking(settings: BackupSettings): Promise<Making> {
  const tools = await findTools(settings, "pg_basebackup");
  let checked: CheckedCluster | null = null;
  return {
    kind: "physical",
    compress: true,
    bytes: ({ db }) => clusterBytes(db),
    async *content({ db, url }, { id, signal }) {
      await holdWal(db, `yikatong_base_${id.toLowerCase()}`);
      const tool = startTool(tools.path("pg_basebackup"), {
        args: [
          "--pgdata=-",
          "--format=tar",
          "--wal-method=fetch",
          "--checkpoint=fast",
          "--manifest-checksums=SHA256",
          `--label=yikatong ${id}`,
          "--no-password",
        ],
        env: libpqVariables(url, "yikatong_backup"),
        stdout: "piped",
        signal,
      });
      const check = new ClusterCheck();
      for await (const piece of tool.stdout) {
        check.add(piece);
        yield piece;
      }
      await tool.ended();
      checked = check.finish();
    },
    found({ walSegmentBytes }) {
      if (!checked) throw new Error("Cannot describe a base backup that was not read to its end");
      const { files, timeline, start, end } = checked;
      const firstSegment = segmentOf(timeline, start, walSegmentBytes);
      return { wal: { timeline, start, end, firstSegment }, checkedFiles: files };
    },
  };
}
