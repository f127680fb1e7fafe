import type { ImportReport } from "../../server/modules/access/imports/contract.ts";
import { print, StartError } from "../command.ts";
import { requireYes } from "./confirmation.ts";

/** Shows what the import would do or everything that is wrong; goes on after a yes. */
export async function runImport(
  report: ImportReport,
  { dryRun, yes, apply }: {
    readonly dryRun: boolean;
    readonly yes: boolean;
    readonly apply: () => Promise<ImportReport>;
  },
): Promise<void> {
  for (const { line, column, message } of report.errors) {
    print(`第 ${line} 行${column === null ? "" : `「${column}」`}：${message}`);
  }
  if (report.errors.length > 0) {
    throw new StartError(`有 ${report.errors.length} 处错误，什么都没有导入`);
  }
  const { rows, created, changed, unchanged, digest } = report;
  print(`共 ${rows} 行：新增 ${created}，修改 ${changed}，未变 ${unchanged}`);
  print(`文件 SM3 ${digest}`);
  if (dryRun) return;
  await requireYes("导入？", yes);
  await apply();
  print("已导入");
}
