/**
 * `deno task build`: a release for one kind of machine under `dist/`, as a folder and as an archive
 * with always the same bytes for one commit.
 */
import { parseArgs } from "node:util";
import { reasonOf } from "../server/platform/errors.ts";
import { RELEASE } from "../server/platform/release.ts";
import { writeArchive } from "./build/archive.ts";
import { BuildError } from "./build/build_error.ts";
import { sourceFacts } from "./build/facts.ts";
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

/** Returns the folder's path; the archive stands beside it with `.tar.xz` behind its name. */
export async function build({ target, outFolder }: BuildOptions): Promise<string> {
  const facts = await sourceFacts();
  const runtime = await findRuntime(target, cacheFolder());
  const dist = outFolder ?? new URL("dist", ROOT).pathname;
  const folder = `${dist}/yikatong-${RELEASE.version}-${target}`;
  await buildFolder({ target, folder, facts, runtime });
  await writeArchive({ folder, path: `${folder}.tar.xz`, created: facts.created });
  return folder;
}

async function main(): Promise<number> {
  try {
    const folder = await build({ target: readTarget() });
    const { size } = await Deno.stat(`${folder}.tar.xz`);
    await say(`${folder}/`);
    await say(`${folder}.tar.xz  ${(size / 1e6).toFixed(1)} MB`);
    return 0;
  } catch (thrown) {
    if (!(thrown instanceof BuildError)) throw thrown;
    await say(reasonOf(thrown));
    return 1;
  }
}

function readTarget(): Target {
  const { values } = parseArgs({ args: Deno.args, options: { target: { type: "string" } } });
  const target = values.target ?? ownTarget();
  if (isTarget(target)) return target;
  throw new BuildError(`Cannot build for "${target}": expected ${TARGETS.join(" or ")}`);
}

if (import.meta.main) Deno.exit(await main());
