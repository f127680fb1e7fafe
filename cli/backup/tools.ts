import type { BackupSettings } from "../../server/platform/backup_settings.ts";
import { StartError } from "../command.ts";

/** The database's own programs; their vendors' names for the same things differ. */
export interface Tools {
  readonly folder: string;
  path(name: ToolName): string;
}

export type ToolName =
  | "pg_basebackup"
  | "pg_dump"
  | "pg_receivewal"
  | "pg_restore"
  | "pg_verifybackup"
  | "postgres";

/** Debian, Kylin and UOS desktop; the PostgreSQL project's RPMs; what a distribution puts in place. */
const VERSIONED = ["/usr/lib/postgresql", "/usr"] as const;
const PLAIN = "/usr/bin";
const VERSION_MIN = 15;

/** Where `name` is, by the configuration or where systems keep it; throws StartError. */
export async function findTools(settings: BackupSettings, name: ToolName): Promise<Tools> {
  requirePostgresql(settings);
  const folders = settings.tools_dir === undefined ? await usualFolders() : [settings.tools_dir];
  for (const folder of folders) {
    const found = await Deno.stat(`${folder}/${name}`).catch(() => null);
    if (found?.isFile) return { folder, path: (other) => `${folder}/${other}` };
  }
  throw new StartError(
    `找不到 ${name}（找过 ${
      folders.join("、")
    }）：安装 postgresql-client（恢复还要 postgresql），` +
      "或用 backup.tools_dir 写明数据库程序所在的目录",
  );
}

/**
 * Their programs have other names and options, and none of them ran here: a backup nobody has
 * restored is not offered as one.
 */
function requirePostgresql({ driver }: BackupSettings): void {
  const own = OWN_PROGRAMS[driver];
  if (own === null) return;
  throw new StartError(
    `backup.driver = "${driver}"：这一版本没有在这种数据库上做过备份和恢复，不提供。` +
      `请用它自己的 ${own} 备份，并按厂商手册做恢复演练`,
  );
}

const OWN_PROGRAMS: Readonly<Record<BackupSettings["driver"], string | null>> = {
  postgresql: null,
  opengauss: "gs_basebackup、gs_probackup 或 gs_dump",
  kingbase: "sys_rman 或 sys_dump",
};

/** The newest version first. */
async function usualFolders(): Promise<string[]> {
  const [debian, rpm] = VERSIONED;
  const versions = async (folder: string, pattern: RegExp) => {
    const found: number[] = [];
    try {
      for await (const { name } of Deno.readDir(folder)) {
        const version = Number(pattern.exec(name)?.[1] ?? 0);
        if (version >= VERSION_MIN) found.push(version);
      }
    } catch (thrown) {
      if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
    }
    return found.sort((left, right) => right - left);
  };
  return [
    ...(await versions(debian, /^(\d+)$/)).map((version) => `${debian}/${version}/bin`),
    ...(await versions(rpm, /^pgsql-(\d+)$/)).map((version) => `${rpm}/pgsql-${version}/bin`),
    PLAIN,
  ];
}
