import type { BackupSettings } from "../../server/platform/backup_settings.ts";
import { libpqVariables } from "./libpq.ts";
import type { Making } from "./make_backup.ts";
import { startTool } from "./run_tool.ts";
import { databaseBytes } from "./store.ts";
import { findTools } from "./tools.ts";

/**
 * pg_dump's custom format: of one instant, to be taken to another version or machine kind, or table
 * by table. It has its own compression.
 */
export async function logicalMaking(settings: BackupSettings): Promise<Making> {
  const tools = await findTools(settings, "pg_dump");
  return {
    kind: "logical",
    compress: false,
    bytes: ({ db }) => databaseBytes(db),
    async *content({ url }, { signal }) {
      const tool = startTool(tools.path("pg_dump"), {
        args: ["--format=custom", "--no-password"],
        env: libpqVariables(url, "yikatong_backup"),
        stdout: "piped",
        signal,
      });
      yield* tool.stdout;
      await tool.ended();
    },
    found: () => ({ wal: null, checkedFiles: 0 }),
  };
}
