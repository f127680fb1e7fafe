import { sm3 } from "../../../crypto/sm3.ts";
import {
  MANIFEST_FILE,
  readManifest,
  SIGNATURES_FILE,
} from "../../../server/platform/release/manifest.ts";
import { exists } from "../../exists.ts";
import { run } from "../run.ts";

const RUNTIME = "lib/runtime";
const NO_RUNTIME = new TextEncoder().encode("Not run in this proof.\n");

/**
 * The same release as another version, to come from and to go to. It is not run, so it has no
 * runtime: to compress that takes most of the time. Nor has it signatures: they are another's.
 */
export async function asVersion(from: string, to: string, version: string): Promise<string> {
  await run("cp", ["--archive", "--link", from, to]);
  const read = readManifest(await Deno.readFile(`${from}/${MANIFEST_FILE}`));
  if (read.kind === "malformed") throw new Error(read.reason);
  const runtime = {
    path: RUNTIME,
    size: NO_RUNTIME.length,
    sm3: sm3(NO_RUNTIME).toHex(),
  };
  const files = read.manifest.files.map((file) => file.path === RUNTIME ? runtime : file);
  const manifest = JSON.stringify({ ...read.manifest, version, files }, null, 2);
  await replace(`${to}/${RUNTIME}`, NO_RUNTIME);
  await replace(`${to}/${MANIFEST_FILE}`, new TextEncoder().encode(`${manifest}\n`));
  const signatures = `${to}/${SIGNATURES_FILE}`;
  if (await exists(signatures)) await Deno.remove(signatures);
  return to;
}

/** They are links to the original, which stays as it is. */
async function replace(path: string, bytes: Uint8Array): Promise<void> {
  await Deno.remove(path);
  await Deno.writeFile(path, bytes);
}
