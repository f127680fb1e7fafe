import type { Kysely } from "kysely";
import type { SmProvider } from "../../../../crypto/provider.ts";
import type { EvidenceSource } from "../evidence_source.ts";
import { readDatabaseVersion } from "../store.ts";
import type { ComplianceTables } from "../tables.ts";

export interface VersionsDeps {
  readonly db: Kysely<ComplianceTables>;
  readonly provider: Pick<SmProvider, "info">;
}

/** E-22: what the platform runs on, to be held against advisories. */
export function versionsSource({ db, provider }: VersionsDeps): EvidenceSource {
  return {
    id: "E-22",
    async collect(_period, files) {
      const rows = [
        ["运行时 Deno", Deno.version.deno],
        ["V8", Deno.version.v8],
        ["处理器架构", Deno.build.target],
        ["操作系统内核", Deno.osRelease()],
        ["操作系统", await readSystem()],
        ["数据库", await readDatabaseVersion(db)],
        [`密码模块 ${provider.info.name}`, provider.info.version],
      ];
      await files.table({ name: "versions", title: "版本", columns: ["组件", "版本"], rows });
      return { components: rows.length };
    },
  };
}

/** PRETTY_NAME of os-release(5). */
async function readSystem(): Promise<string> {
  try {
    const text = await Deno.readTextFile("/etc/os-release");
    return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(text)?.[1] ?? "未知";
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return "未知";
    throw thrown;
  }
}
