/**
 * `deno task build`: a release for one kind of machine under `dist/`, as a folder, as an archive with
 * always the same bytes for one commit, and as one executable where the runtime for that is to be had.
 */
import { parseArgs } from "node:util";
import { reasonOf } from "../server/platform/errors.ts";
import { RELEASE } from "../server/platform/release.ts";
import { writeArchive } from "./build/archive.ts";
import { BuildError } from "./build/build_error.ts";
import { compile, type Compiling } from "./build/compile.ts";
import { type SourceFacts, sourceFacts } from "./build/facts.ts";
import { buildFolder } from "./build/folder.ts";
import { cacheFolder, findRuntime } from "./build/runtime.ts";
import { isTarget, ownTarget, type Target, TARGETS } from "./build/targets.ts";
import { say } from "./say.ts";
import { ROOT } from "./source_files.ts";

export interface BuildOptions {
  readonly target: Target;
  /** `dist` of the project when it is not said. */
  readonly outFolder?: string;
}

/** The bundled form's folder. */
export async function build(
  { target, outFolder, facts }: BuildOptions & { readonly facts: SourceFacts },
): Promise<string> {
  const runtime = await findRuntime(target, cacheFolder());
  const dist = outFolder ?? new URL("dist", ROOT).pathname;
  const folder = `${dist}/yikatong-${RELEASE.version}-${target}`;
  await buildFolder({ target, folder, facts, runtime });
  return folder;
}

async function main(): Promise<number> {
  try {
    const { values } = parseArgs({
      args: Deno.args,
      options: { target: { type: "string" }, "folder-only": { type: "boolean" } },
    });
    const target = readTarget(values.target);
    const facts = await sourceFacts();
    const folder = await build({ target, facts });
    await say(`${folder}/`);
    if (!values["folder-only"]) await finish({ target, folder, facts });
    return 0;
  } catch (thrown) {
    if (!(thrown instanceof BuildError)) throw thrown;
    await say(reasonOf(thrown));
    return 1;
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

function readTarget(target: string = ownTarget()): Target {
  if (isTarget(target)) return target;
  throw new BuildError(`Cannot build for "${target}": expected ${TARGETS.join(" or ")}`);
}

if (import.meta.main) Deno.exit(await main());
