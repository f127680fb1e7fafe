import { basename } from "node:path";
import type { VendorLibrary } from "../../ffi/vendor/contract.ts";
import { openHostedLibrary } from "../../ffi/vendor/hosted_library.ts";
import { cacheVariables } from "../../server/platform/config.ts";
import type { Log } from "../../server/platform/log.ts";
import { ownFile, RELEASE } from "../../server/platform/release.ts";
import { StartError } from "../command.ts";
import { vendorTrouble } from "./vendor_words.ts";

/** In memory, so that what a library writes of a patient never reaches a disk. */
const WORK_ROOTS = ["/run/yikatong-terminal", `/run/user/${Deno.uid()}`, "/dev/shm"];

/** A vendor's library in a child process: this same program as `device-host`. */
export async function openVendorLibrary(
  profilePath: string,
  { log }: { readonly log: Log },
): Promise<VendorLibrary> {
  const name = basename(profilePath).replace(/\.\w+$/, "");
  try {
    return await openHostedLibrary({
      profilePath,
      command: [...ownCommand(), "device-host"],
      // With few rights this process may not set what its child's loader reads; bin/yikatong does.
      ...(RELEASE.form === "bundled" && { loaderPathName: "YIKATONG_LD_LIBRARY_PATH" }),
      workFolder: `${await workRoot()}/yikatong-vendor-${name}-${Deno.uid()}`,
      onTrouble: (story) => log.warn("A vendor library is in trouble", { name, story }),
    });
  } catch (thrown) {
    throw new StartError(await vendorTrouble(profilePath, thrown), { cause: thrown });
  }
}

/** A library's process is given nothing of our environment; from source it needs the packages. */
export function ownCommand(): string[] {
  if (RELEASE.form === "compiled") return [Deno.execPath()];
  if (RELEASE.form === "bundled") return [ownFile("bin/yikatong")];
  const cache = Object.entries(cacheVariables()).map(([name, value]) => `${name}=${value}`);
  return ["/usr/bin/env", ...cache, Deno.execPath(), "run", "-A", "--no-check", ownFile("main.ts")];
}

async function workRoot(): Promise<string> {
  for (const root of WORK_ROOTS) {
    const info = await Deno.stat(root).catch(() => null);
    if (info?.isDirectory) return root;
  }
  throw new Error(`No folder in memory, expected one of ${WORK_ROOTS.join(", ")}`);
}
