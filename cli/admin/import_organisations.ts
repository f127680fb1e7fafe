import {
  checkOrganisationImport,
  importOrganisations,
} from "../../server/modules/access/organisations/import_organisations.ts";
import type { ExitCode } from "../command.ts";
import { KEYED_HELP } from "./access_deps.ts";
import { importFile } from "./import_file.ts";

const HELP = `用法: yikatong admin import-organisations <文件> --by <姓名> [选项]

从 CSV 文件（UTF-8 或 GB18030）导入机构。先逐行列出全部错误；没有错误、确认之后，一次全部导入。
第一行是列名：编码,名称,级别,上级编码,机构类型,电话

  --dry-run                 只检查，不导入
${KEYED_HELP}`;

export async function importOrganisationsCommand(args: readonly string[]): Promise<ExitCode> {
  return await importFile(args, {
    help: HELP,
    check: checkOrganisationImport,
    apply: importOrganisations,
  });
}
