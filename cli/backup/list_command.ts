import { chinaTime } from "../../server/platform/clock.ts";
import { type ExitCode, print, readOptions } from "../command.ts";
import { findBackups, findPartials, namesIn } from "./find_backups.ts";
import { megabytes } from "./free_space.ts";
import { KINDS, openWalFolder, SEALED_SUFFIX, walFolder } from "./layout.ts";
import { describeBackup } from "./manifest.ts";
import { openBackup, type OpenedBackup } from "./opened.ts";
import { SEGMENT } from "./wal_names.ts";

const HELP = `用法: yikatong backup list [--config <文件>]

列出完整的备份、没写完的备份和收到的 WAL。只看清单，不核对内容（backup verify 核对）。`;

export async function list(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, { help: HELP, options: { config: { type: "string" } } });
  if (!options) return 0;
  using opened = await openBackup(options.config);
  const { settings } = opened;
  let count = 0;
  for (const kind of KINDS) {
    for (const { manifest } of await findBackups(settings, kind)) {
      print(`${describeBackup(manifest)}  ${megabytes(manifest.content.bytes)}`);
      count += 1;
    }
    for (const path of await findPartials(settings, kind)) print(`没有写完，不能使用：${path}`);
  }
  if (count === 0) print("没有备份");
  print(await describeWal(opened));
  return 0;
}

async function describeWal({ settings }: OpenedBackup): Promise<string> {
  const sealed = (await namesIn(walFolder(settings)))
    .map((name) => name.replace(SEALED_SUFFIX, "")).filter((name) => SEGMENT.test(name));
  const [first] = sealed;
  const last = sealed.at(-1);
  const open = await newestChange(openWalFolder(settings));
  const now = open === null ? "没有正在接收的" : `正在接收，最后写入 ${chinaTime(open)}`;
  if (first === undefined || last === undefined) return `WAL：没有收完的段，${now}`;
  return `WAL：${first} 至 ${last} 共 ${new Set(sealed).size} 段，${now}`;
}

async function newestChange(folder: string): Promise<Date | null> {
  let newest: Date | null = null;
  for (const name of await namesIn(folder)) {
    const { mtime } = await Deno.stat(`${folder}/${name}`);
    if (mtime && (newest === null || mtime > newest)) newest = mtime;
  }
  return newest;
}
