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

interface ScreenAsset {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Built screens and the setting that names their folder. */
export interface ScreenFolder {
  readonly folder: string;
  /** Null for the screens of this release. */
  readonly setting: "ui_dir" | "console_dir" | null;
}

/** Of kinds that screens are made of, and nothing hidden; throws StartError. */
export async function readScreenAssets(
  { folder, setting }: ScreenFolder,
): Promise<ReadonlyMap<string, ScreenAsset>> {
  const assets = new Map<string, ScreenAsset>();
  for (const name of await listNames({ folder, setting })) {
    const type = TYPES[name.slice(name.lastIndexOf(".") + 1)];
    if (!type || name.startsWith(".")) continue;
    const bytes = await Deno.readFile(`${folder}/${name}`);
    if (bytes.length > FILE_BYTES_MAX || assets.size >= FILES_MAX) {
      throw new StartError(`界面目录 "${folder}" 里的文件太大或太多：${advice(setting)}`);
    }
    assets.set(`/${name}`, { type, bytes });
  }
  if (assets.has("/index.html")) return assets;
  throw new StartError(`界面目录 "${folder}" 里没有 index.html：${advice(setting)}`);
}

async function listNames({ folder, setting }: ScreenFolder): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.filter(({ isFile }) => isFile).map(({ name }) => name);
  } catch (thrown) {
    throw new StartError(`不能读取界面目录 "${folder}"：${advice(setting)}`, { cause: thrown });
  }
}

function advice(setting: ScreenFolder["setting"]): string {
  return setting === null ? "程序文件不完整，重新安装" : `检查配置的 ${setting}`;
}
