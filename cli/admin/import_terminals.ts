import {
  checkTerminalImport,
  importTerminals,
} from "../../server/modules/fleet/console/import_terminals.ts";
import { IMPORT_BYTES_MAX } from "../../server/modules/access/import_file.ts";
import { shellActor } from "../../server/modules/audit/actor.ts";
import { type ExitCode, readArguments, UsageError } from "../command.ts";
import { readSmallFile } from "../files/input.ts";
import { KEYED_HELP, KEYED_OPTIONS, withAccess } from "./access_deps.ts";
import { readApprover } from "./approver.ts";
import { runImport } from "./run_import.ts";

const HELP = `用法: yikatong admin import-terminals <文件> --by <姓名> [选项]

从 CSV 文件（UTF-8 或 GB18030）导入终端。先逐行列出全部错误；没有错误、确认之后，一次全部导入。
第一行是列名：终端编号,机构编码

  --dry-run                 只检查，不导入
${KEYED_HELP}`;

/** The whole tree: who has the server's shell is asked for no rights. */
const EVERYWHERE = { paths: ["/"] };

export async function importTerminalsCommand(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 1,
    options: { "dry-run": { type: "boolean" }, ...KEYED_OPTIONS },
  });
  if (!read) return 0;
  const [path] = read.files;
  if (path === undefined) throw new UsageError("缺少文件。加 --help 看说明。");
  const { "dry-run": dryRun = false, yes = false, by } = read.values;
  const actor = shellActor(readApprover(by));
  const bytes = await readSmallFile(path, IMPORT_BYTES_MAX);
  await withAccess(read.values, async (access) => {
    const asked = { bytes, scope: EVERYWHERE };
    const shown = await checkTerminalImport(access, asked);
    await runImport(shown, {
      dryRun,
      yes,
      apply: () => importTerminals(access, { ...asked, shown, actor }),
    });
  });
  return 0;
}
