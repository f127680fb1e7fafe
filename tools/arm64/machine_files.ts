import * as esbuild from "esbuild";
import { buildVendorLibraries } from "../../sandbox/devices/vendor/build.ts";
import { runTool } from "../build/run_tool.ts";
import { ROOT } from "../source_files.ts";
import { arm64Cache, makeOnce } from "./cache_folder.ts";
import { unpackedPackages, unpackPackages } from "./debian_packages.ts";
import { PiecesMissing } from "./pieces_missing.ts";

/** Files are packed into the kernel's first file system by these. */
export const IMAGE_TOOLS = { cpio: "/usr/bin/cpio", gzip: "/usr/bin/gzip" };

/** A small Debian: what a release needs of a system, `getconf`, and a shell with the usual commands. */
const PACKAGES = ["libc6", "libgcc-s1", "libssl3", "libc-bin", "busybox-static"];

export interface MachineImage {
  /** Compressed, as the kernel unpacks it. */
  readonly path: string;
  readonly packages: readonly string[];
}

/** Everything that the emulated machine has, with the release where its package puts it. */
export async function packMachine(
  { release, folder }: { readonly release: string; readonly folder: string },
): Promise<MachineImage> {
  const system = `${await arm64Cache()}/system`;
  await makeOnce(system, (draft) => unpackPackages(draft, PACKAGES));
  const root = `${folder}/root`;
  await runTool(["cp", "--archive", system, root], { cwd: "/" });
  await runTool(["cp", "--archive", release, `${root}/usr/lib/yikatong`], { cwd: "/" });
  await putProof(`${root}/proof`);
  await putScript("machine_init.sh", `${root}/init`);
  await putScript("stand_in_compiler.sh", `${root}/usr/bin/aarch64-linux-gnu-gcc`);
  const path = `${folder}/machine.cpio.gz`;
  const pack = 'find . | cpio --create --format=newc --owner=0:0 --quiet | gzip -1 >"$1"';
  await runTool(["sh", "-c", pack, "sh", path], { cwd: root });
  return { path, packages: await unpackedPackages(system) };
}

/** The checks, who plays the patient, and the vendor libraries that are simulated. */
async function putProof(folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/simulators`, { recursive: true });
  await putScript("checks.sh", `${folder}/checks.sh`);
  const libraries = await buildVendorLibraries({
    target: "aarch64",
    folder: `${folder}/simulators`,
  });
  if (!libraries) {
    throw new PiecesMissing("Cannot compile for arm64: expected Debian's gcc-aarch64-linux-gnu");
  }
  try {
    await esbuild.build({
      entryPoints: [new URL("tools/arm64/play_visit_at.ts", ROOT).pathname],
      outfile: `${folder}/play_visit_at.js`,
      bundle: true,
      format: "esm",
      platform: "node",
      target: "es2024",
      logLevel: "silent",
    });
  } finally {
    await esbuild.stop();
  }
}

async function putScript(name: string, path: string): Promise<void> {
  await Deno.copyFile(new URL(`tools/arm64/${name}`, ROOT), path);
  await Deno.chmod(path, 0o755);
}
