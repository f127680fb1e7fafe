import { sm3 } from "../../../crypto/sm3.ts";
import { MANIFEST_FILE, readManifest } from "../../../server/platform/release/manifest.ts";
import { run } from "../run.ts";

const RUNTIME = "lib/runtime";
const NO_RUNTIME = new TextEncoder().encode("Not run in this proof.\n");

export interface VersionOptions {
  readonly version: string;
  /** One that is not run has no runtime: to compress that takes most of the time. */
  readonly isRun: boolean;
}

/** The same release as another version, to come from and to go to; not yet signed. */
export async function asVersion(
  from: string,
  to: string,
  { version, isRun }: VersionOptions,
): Promise<void> {
  await run("cp", ["--archive", from, to]);
  const read = readManifest(await Deno.readFile(`${from}/${MANIFEST_FILE}`));
  if (read.kind === "malformed") throw new Error(read.reason);
  let { files } = read.manifest;
  if (!isRun) {
    await Deno.writeFile(`${to}/${RUNTIME}`, NO_RUNTIME);
    const runtime = { path: RUNTIME, size: NO_RUNTIME.length, sm3: sm3(NO_RUNTIME).toHex() };
    files = files.map((file) => file.path === RUNTIME ? runtime : file);
  }
  const manifest = JSON.stringify({ ...read.manifest, version, files }, null, 2);
  await Deno.writeTextFile(`${to}/${MANIFEST_FILE}`, `${manifest}\n`);
}
