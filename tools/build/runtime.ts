import { exists } from "../exists.ts";
import { reasonOf } from "../../server/platform/errors.ts";
import { BuildError } from "./build_error.ts";
import { runTool } from "./run_tool.ts";
import { RUNTIME, type Target } from "./targets.ts";

/** In the package. */
const EXECUTABLE = "package/deno";

/**
 * The runtime's executable for a target, out of its npm package, which is fetched once through npm
 * into the user's cache. Throws BuildError in one line where it is not to be had, and for a package
 * or an executable with another digest than the one that is kept here.
 */
export async function findRuntime(target: Target, cache: string): Promise<string> {
  const folder = `${cache}/runtime-${RUNTIME.version}-${target}`;
  const path = `${folder}/${EXECUTABLE}`;
  if (!await exists(path)) await fetchRuntime(target, folder);
  await requireDigest(path, RUNTIME.targets[target].executable);
  return path;
}

async function fetchRuntime(target: Target, folder: string): Promise<void> {
  // Made beside its place, so that half a package is never taken for a whole one.
  const draft = `${folder}-${crypto.randomUUID()}`;
  await Deno.mkdir(draft, { recursive: true });
  try {
    await unpackRuntime(target, draft);
    await Deno.rename(draft, folder);
  } catch (thrown) {
    await Deno.remove(draft, { recursive: true });
    // Another build was quicker.
    if (!await exists(`${folder}/${EXECUTABLE}`)) throw thrown;
  }
}

async function unpackRuntime(target: Target, folder: string): Promise<void> {
  const { package: name, sha512 } = RUNTIME.targets[target];
  const wanted = `${name}@${RUNTIME.version}`;
  try {
    await runTool(["npm", "pack", "--loglevel=error", "--fetch-retries=1", wanted], {
      cwd: folder,
    });
  } catch (cause) {
    const [why] = reasonOf(cause).split("\n");
    throw new BuildError(`Cannot fetch the runtime ${wanted} through npm: ${why}`, { cause });
  }
  const names = await Array.fromAsync(Deno.readDir(folder), (entry) => entry.name);
  const archive = names.find((name) => name.endsWith(".tgz"));
  if (archive === undefined) throw new BuildError(`npm packed no archive of ${wanted}`);
  await requireDigest(`${folder}/${archive}`, sha512);
  await runTool(["tar", "-xzf", archive], { cwd: folder });
  await Deno.remove(`${folder}/${archive}`);
}

/** No mirror and no proxy decides what our releases run on. */
export async function requireDigest(path: string, sha512: string): Promise<void> {
  const digest = await crypto.subtle.digest("SHA-512", await Deno.readFile(path));
  const found = new Uint8Array(digest).toBase64();
  if (found === sha512) return;
  throw new BuildError(`Cannot use "${path}": its SHA-512 is ${found}, expected ${sha512}`);
}

/** Kept between builds; throws BuildError for a user without a home. */
export function cacheFolder(): string {
  const home = Deno.env.get("HOME");
  const cache = Deno.env.get("XDG_CACHE_HOME") ?? (home === undefined ? home : `${home}/.cache`);
  if (cache === undefined) throw new BuildError("Cannot keep the runtime: expected HOME to be set");
  return `${cache}/yikatong`;
}
