import type { ImportReport } from "../../server/modules/access/imports/contract.ts";
import { IMPORT_BYTES_MAX } from "../../server/modules/access/import_file.ts";
import { type Actor, shellActor } from "../../server/modules/audit/actor.ts";
import { type ExitCode, print, readArguments, StartError, UsageError } from "../command.ts";
import { readSmallFile } from "../files/input.ts";
import { KEYED_OPTIONS, type KeyedAccess, withAccess } from "./access_deps.ts";
import { readApprover } from "./approver.ts";
import { requireYes } from "./confirmation.ts";

interface Asked {
  readonly bytes: Uint8Array;
  readonly scope: typeof EVERYWHERE;
}

/** What can be imported: nothing is changed by `check`; `apply` does what it has shown. */
interface Import {
  readonly help: string;
  readonly check: (access: KeyedAccess, asked: Asked) => Promise<ImportReport>;
  readonly apply: (
    access: KeyedAccess,
    asked: Asked & { readonly shown: ImportReport; readonly actor: Actor },
  ) => Promise<ImportReport>;
}

/** The whole tree: who has the server's shell is asked for no rights. */
const EVERYWHERE = { paths: ["/"] };

/** The command around an import: the file, who does it, what it would do, a yes, and then it is done. */
export async function importFile(
  args: readonly string[],
  { help, check, apply }: Import,
): Promise<ExitCode> {
  const read = readArguments(args, {
    help,
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
    const shown = await check(access, asked);
    tell(shown);
    if (dryRun) return;
    await requireYes("导入？", yes);
    await apply(access, { ...asked, shown, actor });
    print("已导入");
  });
  return 0;
}

/** Throws StartError after telling everything that is wrong. */
function tell({ errors, rows, created, changed, unchanged, digest }: ImportReport): void {
  for (const { line, column, message } of errors) {
    print(`第 ${line} 行${column === null ? "" : `「${column}」`}：${message}`);
  }
  if (errors.length > 0) throw new StartError(`有 ${errors.length} 处错误，什么都没有导入`);
  print(`共 ${rows} 行：新增 ${created}，修改 ${changed}，未变 ${unchanged}`);
  print(`文件 SM3 ${digest}`);
}
