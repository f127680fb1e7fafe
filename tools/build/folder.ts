import * as esbuild from "esbuild";
import type { Built } from "../../server/platform/built.ts";
import { RELEASE } from "../../server/platform/release.ts";
import { bundleProgram } from "./bundle.ts";
import type { SourceFacts } from "./facts.ts";
import { launcherScript } from "./launcher.ts";
import { writeLicences } from "./licence_texts.ts";
import { writeManifest } from "./manifest.ts";
import { writeSbom } from "./sbom.ts";
import { writeShared } from "./share.ts";
import { RUNTIME, type Target } from "./targets.ts";

export interface FolderOptions {
  readonly target: Target;
  /** Absent before, or left by an earlier build. */
  readonly folder: string;
  readonly facts: SourceFacts;
  /** The runtime's executable for the target. */
  readonly runtime: string;
}

const MADE_OF_FOLDER = [".tar.xz", ".bin", ".stage"];
const PROGRAM_MODE = 0o755;
const FILE_MODE = 0o644;

/** The bundled form: everything of a release in one folder, and the manifest of it. */
export async function buildFolder(
  { target, folder, facts, runtime }: FolderOptions,
): Promise<void> {
  // What was made of an earlier build would be taken for this one's.
  for (const end of ["", ...MADE_OF_FOLDER]) {
    await Deno.remove(`${folder}${end}`, { recursive: true }).catch(ifThere);
  }
  await Deno.mkdir(`${folder}/bin`, { recursive: true });
  await Deno.mkdir(`${folder}/lib`);
  await Deno.copyFile(runtime, `${folder}/lib/runtime`);
  await Deno.writeTextFile(`${folder}/bin/yikatong`, await launcherScript());
  await writeShared(folder);
  await bundleScripts(folder, { form: "bundled", version: RELEASE.version, commit: facts.commit });
  await writeLicences(`${folder}/share/licences`);
  await describe({ target, folder, facts });
  await settleModes(folder);
}

export async function bundleScripts(folder: string, built: Built): Promise<void> {
  try {
    await bundleProgram({ entry: "main.ts", folder: `${folder}/lib`, name: "app", built });
    await bundleProgram({
      entry: "cli/launch/main.ts",
      folder: `${folder}/lib`,
      name: "launch",
      built,
    });
  } finally {
    // Otherwise its child process would keep this one alive.
    await esbuild.stop();
  }
}

/** Bill of materials and manifest, which lists it. */
async function describe(
  { target, folder, facts }: Pick<FolderOptions, "target" | "folder" | "facts">,
): Promise<void> {
  const { version, minGlibc, targets } = RUNTIME;
  const { package: name, sha512 } = targets[target];
  const created = facts.created.toISOString();
  await writeSbom(`${folder}/share/sbom.cdx.json`, {
    version: RELEASE.version,
    created,
    runtime: { package: name, version, sha512: Uint8Array.fromBase64(sha512).toHex() },
  });
  await writeManifest(folder, {
    version: RELEASE.version,
    target,
    commit: facts.commit,
    created,
    counter: facts.counter,
    minGlibc,
    runtime: version,
  });
}

/** The same for whoever builds, whatever his umask. */
async function settleModes(folder: string): Promise<void> {
  await Deno.chmod(folder, PROGRAM_MODE);
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) await settleModes(path);
    else await Deno.chmod(path, isProgram(path) ? PROGRAM_MODE : FILE_MODE);
  }
}

function isProgram(path: string): boolean {
  return path.endsWith("/bin/yikatong") || path.endsWith("/lib/runtime");
}

function ifThere(thrown: unknown): void {
  if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
}
