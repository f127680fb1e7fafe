import { BoundLibrary } from "../ffi/vendor/bound_library.ts";
import { runHost } from "../ffi/vendor/host_child.ts";
import { openHostLibc } from "../ffi/vendor/host_libc.ts";
import { loadVendorProfile } from "../ffi/vendor/profile.ts";
import { type ExitCode, print, readArguments, StartError, UsageError } from "./command.ts";
import { vendorTrouble } from "./terminal/vendor_words.ts";

const HELP = `用法: yikatong device-host <配置文件> [--probe]

装载一个厂商动态库（.so）的子进程。由终端进程启动和看管，不要手工运行：
动态库崩溃或卡死时，只有这个子进程结束，终端继续服务，子进程会重新启动。

  --probe   检查：装载动态库，列出配置文件中的函数是否都有，然后退出

例:
  yikatong device-host /etc/yikatong/vendor/sscard.toml --probe`;

export async function deviceHost(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 1,
    options: { probe: { type: "boolean" } },
  });
  if (!read) return 0;
  const [profilePath] = read.files;
  if (profilePath === undefined) {
    throw new UsageError("缺少动态库的配置文件（.toml）。加 --help 看说明。");
  }
  if (read.values.probe) return await probe(profilePath);
  if (Deno.stdin.isTerminal()) {
    throw new UsageError("这个命令由终端进程启动，不要手工运行；检查动态库用 --probe");
  }
  return await runHost(profilePath);
}

/** For the technician: what of the profile is there, before the kiosk opens. */
async function probe(profilePath: string): Promise<ExitCode> {
  const profile = await loadVendorProfile(profilePath).catch(refuse(profilePath));
  const libc = openHostLibc();
  try {
    const present = new BoundLibrary(profile, libc).functionNames;
    print(`${profile.name}: ${profile.library} 已装载`);
    for (const [name, { symbol }] of Object.entries(profile.functions)) {
      print(`  ${present.includes(name) ? "有  " : "没有"}  ${name}  ${symbol}`);
    }
    return 0;
  } catch (thrown) {
    return await refuse(profilePath)(thrown);
  }
}

function refuse(profilePath: string): (thrown: unknown) => Promise<never> {
  return async (thrown) => {
    throw new StartError(await vendorTrouble(profilePath, thrown), { cause: thrown });
  };
}
