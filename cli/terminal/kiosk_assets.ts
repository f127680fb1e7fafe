import type { KioskAssets } from "../../terminal/pages.ts";
import { StartError } from "../command.ts";

const FILES_MAX = 200;
const FILE_BYTES_MAX = 16 * 1024 * 1024;

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  png: "image/png",
  woff2: "font/woff2",
};

/** The built screens out of a folder; of kinds that screens are made of, and nothing hidden. */
export async function readKioskAssets(folder: string): Promise<KioskAssets> {
  const assets = new Map<string, { type: string; bytes: Uint8Array<ArrayBuffer> }>();
  for (const name of await listNames(folder)) {
    const type = TYPES[name.slice(name.lastIndexOf(".") + 1)];
    if (!type || name.startsWith(".")) continue;
    const bytes = await Deno.readFile(`${folder}/${name}`);
    if (bytes.length > FILE_BYTES_MAX || assets.size >= FILES_MAX) {
      throw new StartError(`界面目录 "${folder}" 里的文件太大或太多：ui_dir 写错了吗`);
    }
    assets.set(`/${name}`, { type, bytes });
  }
  if (assets.has("/index.html")) return assets;
  throw new StartError(`界面目录 "${folder}" 里没有 index.html：检查配置的 ui_dir`);
}

async function listNames(folder: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.filter(({ isFile }) => isFile).map(({ name }) => name);
  } catch (thrown) {
    throw new StartError(`不能读取界面目录 "${folder}"：检查配置的 ui_dir`, { cause: thrown });
  }
}
