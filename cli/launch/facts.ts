import { resolve } from "node:path";
import { findLibcrypto } from "../../crypto/providers/find_libcrypto.ts";
import { LIBC_PATHS } from "../../ffi/libc_path.ts";
import {
  configFile,
  databaseUrl,
  findServiceManager,
  loadSources,
  PLATFORM,
  readToml,
  TERMINAL,
} from "../../server/platform/config.ts";
import { ownFile } from "../../server/platform/release.ts";
import { pathsIn, withTargets } from "./own_paths.ts";
import { type LaunchFacts, optionOf, type Tree, type VendorFiles } from "./permissions.ts";

/** Reads what the permissions depend on; what cannot be read is told by the command itself. */
export async function gatherFacts(
  [command = "", ...args]: readonly string[],
): Promise<LaunchFacts> {
  const file = optionOf(args, "config");
  const cwd = Deno.cwd();
  const configFiles = [PLATFORM, TERMINAL].flatMap((scope) => configFile(scope, file) ?? []);
  const platform = await treeOr(() => loadSources(PLATFORM, file));
  const terminal = await treeOr(() => loadSources(TERMINAL, file));
  const profiles = command === "device-host" ? [args[0] ?? ""] : profilesOf(terminal);
  return {
    command,
    args,
    cwd,
    root: await Deno.realPath(ownFile(".")),
    platform,
    terminal,
    configFiles: await withTargets(configFiles.map((path) => resolve(cwd, path))),
    profiles: (await Promise.all(profiles.map(vendorFiles))).flat(),
    databaseUrl: databaseUrl(),
    manager: findServiceManager(),
    ownAddresses: Deno.networkInterfaces().map(({ address }) => address),
    systemLibraries: await withTargets([...LIBC_PATHS, ...findLibcrypto()]),
  };
}

async function treeOr(load: () => Promise<unknown>): Promise<Tree> {
  try {
    return { ...Object(await load()) };
  } catch {
    return {};
  }
}

function profilesOf({ devices }: Tree): string[] {
  return Object.values(Object(devices)).flatMap((device) => {
    const { profile } = Object(device);
    return typeof profile === "string" ? [profile] : [];
  });
}

async function vendorFiles(path: string): Promise<VendorFiles[]> {
  const tree = await treeOr(async () => readToml(await Deno.readTextFile(path)));
  const { library, preload, workFiles } = tree;
  return [{
    path,
    libraries: await withTargets(pathsIn([library, preload])),
    workFiles: await withTargets(pathsIn(workFiles)),
  }];
}
