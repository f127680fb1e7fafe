import { ownFile } from "../../server/platform/release.ts";
import { BuildError } from "./build_error.ts";
import { runTool } from "./run_tool.ts";

/** What of the sources goes into a release: the same commit gives the same. */
export interface SourceFacts {
  readonly commit: string;
  /** Of the commit, not of the build. */
  readonly created: Date;
  /** Grows with every commit, so that an older release is told. */
  readonly counter: number;
}

/** Throws BuildError outside of a git checkout; a tree with changes is marked by its commit. */
export async function sourceFacts(cwd: string = ownFile(".")): Promise<SourceFacts> {
  const git = async (...args: string[]) =>
    (await runTool(["git", "--no-optional-locks", ...args], { cwd })).trim();
  const [commit, seconds, count, changes, isShallow] = await Promise.all([
    git("rev-parse", "HEAD"),
    git("log", "-1", "--format=%ct"),
    git("rev-list", "--count", "HEAD"),
    git("status", "--porcelain", "--untracked-files=normal"),
    git("rev-parse", "--is-shallow-repository"),
  ]);
  // A counter too low, and every machine refuses the release as an older one.
  if (isShallow === "true") {
    throw new BuildError('Cannot count the commits: run "git fetch --unshallow" first');
  }
  const created = new Date(Number(seconds) * 1_000);
  const counter = Number(count);
  if (!Number.isInteger(counter) || Number.isNaN(created.getTime())) {
    throw new BuildError(`Cannot date commit ${commit}: git said "${seconds}" and "${count}"`);
  }
  return { commit: changes === "" ? commit : `${commit}-changed`, created, counter };
}
