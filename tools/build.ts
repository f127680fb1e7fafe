/**
 * `deno task build`: a release for one kind of machine under `dist/`, as a folder, as an archive with
 * always the same bytes for one commit, and as one executable where the runtime for that is to be had.
 */
import { parseArgs } from "node:util";
import { reasonOf } from "../server/platform/errors.ts";
import { ownFile, RELEASE } from "../server/platform/release.ts";
import { writeArchive } from "./build/archive.ts";
import { BuildError } from "./build/build_error.ts";
import { compile, type Compiling } from "./build/compile.ts";
import { sourceFacts } from "./build/facts.ts";
import { buildFolder } from "./build/folder.ts";
import { cacheFolder, findRuntime } from "./build/runtime.ts";
import { isTarget, ownTarget, RUNTIME, type Target, TARGETS } from "./build/targets.ts";
import { say } from "./say.ts";

async function main(): Promise<number> {
  try {
    const values = readOptions(Deno.args);
    const target = readTarget(values.target);
    requirePinned(Deno.version.deno);
    const facts = await sourceFacts();
    const runtime = await findRuntime(target, cacheFolder());
    const folder = ownFile(`dist/yikatong-${RELEASE.version}-${target}`);
    await buildFolder({ target, folder, facts, runtime });
    await say(`${folder}/`);
    if (!values["folder-only"]) await finish({ target, folder, facts });
    return 0;
  } catch (thrown) {
    if (!(thrown instanceof BuildError)) throw thrown;
    await say(reasonOf(thrown));
    return 1;
  }
}

function readOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      options: { target: { type: "string" }, "folder-only": { type: "boolean" } },
    }).values;
  } catch (cause) {
    throw new BuildError(reasonOf(cause), { cause });
  }
}

async function finish({ target, folder, facts }: Compiling): Promise<void> {
  const path = `${folder}.tar.xz`;
  await writeArchive({ folder, path, created: facts.created });
  await sayFile(path);
  const compiled = await compile({ target, folder, facts });
  if ("path" in compiled) await sayFile(compiled.path);
  else await say(`No single executable, the folder is the release: ${compiled.missing}`);
}

async function sayFile(path: string): Promise<void> {
  const { size } = await Deno.stat(path);
  await say(`${path}  ${(size / 1e6).toFixed(1)} MB`);
}

/** Another one may bundle and compile to other bytes. */
function requirePinned(version: string): void {
  if (version === RUNTIME.version) return;
  throw new BuildError(`Cannot build with Deno ${version}: expected ${RUNTIME.version}`);
}

function readTarget(target: string = ownTarget()): Target {
  if (isTarget(target)) return target;
  throw new BuildError(`Cannot build for "${target}": expected ${TARGETS.join(" or ")}`);
}

if (import.meta.main) Deno.exit(await main());
