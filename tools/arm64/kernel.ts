import { ROOT } from "../source_files.ts";
import { arm64Cache, makeOnce } from "./cache_folder.ts";
import { PiecesMissing } from "./pieces_missing.ts";
import { runQuietly } from "./run_quietly.ts";

/** Debian 12's. */
const SOURCE_VERSION = "6.1";
const ARCHIVE = `/usr/src/linux-source-${SOURCE_VERSION}.tar.xz`;
const CONFIG = new URL("tools/arm64/kernel_64k.config", ROOT);
const CROSS = ["ARCH=arm64", "CROSS_COMPILE=aarch64-linux-gnu-"];
/** Three minutes on two idle cores. */
const BUILD_MS_MAX = 90 * 60_000;

/** What builds a kernel for arm64 elsewhere, and its source. */
export const KERNEL_TOOLS = {
  [`linux-source-${SOURCE_VERSION}`]: ARCHIVE,
  "gcc-aarch64-linux-gnu": "/usr/bin/aarch64-linux-gnu-gcc",
  "make": "/usr/bin/make",
  "gcc": "/usr/bin/gcc",
  "libc6-dev": "/usr/include/stdio.h",
  "flex": "/usr/bin/flex",
  "bison": "/usr/bin/bison",
  "bc": "/usr/bin/bc",
};

/**
 * A kernel with pages of 64 KiB out of Debian's source (Debian itself has none, only 4K and 16K):
 * built once for a source and a configuration, and kept. Returns the path of its `Image`.
 */
export async function prepareKernel(): Promise<string> {
  const config = await Deno.readTextFile(CONFIG);
  const { size } = await Deno.stat(ARCHIVE);
  const key = (await digestOf(`${size} ${config}`)).slice(0, 12);
  const folder = `${await arm64Cache()}/kernel-${SOURCE_VERSION}-64k-${key}`;
  await makeOnce(folder, (draft) => buildKernel(draft, config));
  return `${folder}/Image`;
}

async function buildKernel(folder: string, config: string): Promise<void> {
  await runQuietly("tar", ["-xJf", ARCHIVE], { cwd: folder, msMax: BUILD_MS_MAX });
  const cwd = `${folder}/linux-source-${SOURCE_VERSION}`;
  const make = async (...args: string[]) =>
    await runQuietly("nice", ["make", "--silent", ...CROSS, ...args], {
      cwd,
      msMax: BUILD_MS_MAX,
    });
  await make(`KCONFIG_ALLCONFIG=${CONFIG.pathname}`, "allnoconfig");
  const refused = refusedOptions(config, await Deno.readTextFile(`${cwd}/.config`));
  if (refused.length > 0) {
    throw new PiecesMissing(`Cannot build the kernel: it did not take ${refused.join(", ")}`);
  }
  await make(`-j${navigator.hardwareConcurrency}`, "Image");
  await Deno.rename(`${cwd}/arch/arm64/boot/Image`, `${folder}/Image`);
  await Deno.remove(cwd, { recursive: true });
}

/** What was wanted and is not in the configuration that came of it: a name changed, or a need is missing. */
export function refusedOptions(wanted: string, made: string): string[] {
  const lines = new Set(made.split("\n"));
  const options = wanted.split("\n").filter((line) => /^CONFIG_\w+=/.test(line));
  const absent = [...wanted.matchAll(/^# (CONFIG_\w+) is not set$/gm)].map(([, name = ""]) => name);
  return [
    ...options.filter((line) => !lines.has(line)),
    ...absent.filter((name) => lines.has(`${name}=y`)).map((name) => `no ${name}`),
  ];
}

async function digestOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}
