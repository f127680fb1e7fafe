import { join } from "node:path";
import { openEngine } from "../../cli/sm/engine.ts";
import { compareFiles } from "../../server/platform/release/compare_files.ts";
import {
  MANIFEST_FILE,
  readManifest,
  type ReleaseManifest,
  SIGNATURES_FILE,
} from "../../server/platform/release/manifest.ts";
import { exists } from "../exists.ts";

/** A built release in its bundled form, as it lies in `dist/`. */
export interface BundledForm {
  readonly folder: string;
  readonly manifest: ReleaseManifest;
  /** From the folder, sorted; with the manifest and, where it is signed, its signatures. */
  readonly files: readonly string[];
}

/** Refuses a folder that is not, file for file, what its manifest says. */
export async function openForm(folder: string): Promise<BundledForm> {
  const read = readManifest(await Deno.readFile(join(folder, MANIFEST_FILE)));
  if (read.kind === "malformed") {
    throw new Error(`Cannot package "${folder}": its ${MANIFEST_FILE} says ${read.reason}`);
  }
  const { manifest } = read;
  using engine = openEngine();
  const { files } = manifest;
  const { listed } = await compareFiles({ folder, files, newDigest: () => engine.sm3Stream() });
  const [wrong] = listed;
  if (wrong) throw new Error(`Cannot package "${folder}": ${wrong.path} is ${wrong.kind}`);
  const isSigned = await exists(join(folder, SIGNATURES_FILE));
  const own = [MANIFEST_FILE, ...(isSigned ? [SIGNATURES_FILE] : [])];
  return { folder, manifest, files: [...files.map(({ path }) => path), ...own].sort() };
}
