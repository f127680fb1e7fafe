import { writeDurably } from "../../../terminal/releases/durable.ts";
import { VERSION_PATTERN } from "../../../terminal/releases/layout.ts";
import { type ExitCode, print, readArguments, StartError } from "../../command.ts";
import { tagRelease } from "../kysec.ts";
import { isTagged, type KysecTools } from "../kysec_tools.ts";
import { FOLDER_HELP, FOLDER_OPTIONS, openUpdate } from "../options.ts";
import { readRequest } from "../requests.ts";

const HELP = `用法: yikatong update tag [选项] [版本]

麒麟系统：核对已暂存版本的签名，给其中的程序、脚本和动态库加 KySec 认证标记，记录前后的标记。不写版本时
取终端请求安装的那个；没有 KySec 的机器上什么也不做。要 root。

  --library <文件>   另给一个厂商动态库加标记（复制后标记会丢）；可写多次
  --records <目录>   记录放在这里（版本目录下的 kysec）
${FOLDER_HELP}`;

export async function tagCommand(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 1,
    options: {
      ...FOLDER_OPTIONS,
      library: { type: "string", multiple: true },
      records: { type: "string" },
    },
  });
  if (!read) return 0;
  const { values: { library: libraries = [], records, ...folders }, files } = read;
  using update = await openUpdate(folders);
  const { kysec, releases, verify, clock } = update;
  if (!kysec) {
    print("本机没有 KySec，不用加标记");
    return 0;
  }
  for (const path of libraries) await tagLibrary(kysec, path);
  const version = files[0] ?? await askedVersion(update);
  if (version === null) return 0;
  if (!VERSION_PATTERN.test(version)) throw new StartError(`版本号 "${version}" 无效`);
  const folder = `${releases}/${version}`;
  const record = await tagRelease(kysec, {
    folder,
    release: await verify(folder),
    at: clock.now(),
  });
  const text = JSON.stringify(record);
  await writeDurably(`${records ?? `${releases}/kysec`}/${version}.json`, `${text}\n`);
  print(text);
  return 0;
}

/** Nothing staged: the step before refused it, and said so. */
async function askedVersion(
  update: { readonly releases: string; readonly requests: string },
): Promise<string | null> {
  const found = await readRequest(update);
  if (found.kind !== "request" || found.request.act !== "install") return null;
  const { version } = found.request;
  const info = await Deno.lstat(`${update.releases}/${version}`).catch(() => null);
  return info?.isDirectory ? version : null;
}

async function tagLibrary(kysec: KysecTools, path: string): Promise<void> {
  const before = await kysec.read(path);
  if (!isTagged(before)) await kysec.tag(path);
  const after = await kysec.read(path);
  if (!isTagged(after)) throw new StartError(`KySec 没有认可 "${path}"（${after}）`);
  print(JSON.stringify({ library: path, before, after }));
}
