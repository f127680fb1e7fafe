import { runTool } from "../build/run_tool.ts";
import { writeManifest } from "../build/manifest.ts";
import { MANIFEST_FILE, readManifest } from "../../server/platform/release/manifest.ts";
import type { Arm64Pieces } from "./pieces.ts";

export interface EmulatedRelease {
  readonly pieces: Arm64Pieces;
  /** As `qemu-aarch64 -cpu help` lists it. */
  readonly cpu: string;
  /** The bundled form for arm64, as it was built. */
  readonly release: string;
  /** Where the copy comes to lie. */
  readonly folder: string;
}

/**
 * A copy of a release whose runtime is the emulator with the release's own in it: launcher, scripts
 * and all that they start find it where they always do. Nothing else of it differs but its manifest.
 */
export async function emulateRelease(
  { pieces, cpu, release, folder }: EmulatedRelease,
): Promise<void> {
  await runTool(["cp", "--recursive", release, folder], { cwd: "/" });
  const runtime = `${folder}/lib/runtime`;
  await Deno.remove(runtime);
  const command = [pieces.qemu, "-cpu", cpu, "-L", pieces.root, `${release}/lib/runtime`];
  const words = command.map((word) => `'${word}'`).join(" ");
  await Deno.writeTextFile(runtime, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  const read = readManifest(await Deno.readFile(`${release}/${MANIFEST_FILE}`));
  if (read.kind === "malformed") throw new Error(`Cannot read the manifest: ${read.reason}`);
  await writeManifest(folder, read.manifest);
}
