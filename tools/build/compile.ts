import project from "../../deno.json" with { type: "json" };
import { UNION } from "../../cli/launch/revoke.ts";
import { ownFile, RELEASE } from "../../server/platform/release.ts";
import { BuildError } from "./build_error.ts";
import type { SourceFacts } from "./facts.ts";
import { bundleScripts } from "./folder.ts";
import { runTool } from "./run_tool.ts";
import type { Target } from "./targets.ts";
import { V8_FLAGS } from "./v8_flags.ts";

export interface Compiling {
  readonly target: Target;
  /** The bundled form, whose `share/` is embedded. */
  readonly folder: string;
  readonly facts: SourceFacts;
}

const TRIPLES: Readonly<Record<Target, string>> = {
  "linux-x64": "x86_64-unknown-linux-gnu",
  "linux-arm64": "aarch64-unknown-linux-gnu",
};
const UNUSED = /\/(simulators|licences)$/;

/**
 * The compiled form: one executable with everything embedded. Its runtime is another one than that of
 * the npm package: `denort`, or else out of Deno's cache or from its download site. Says why there is
 * none of these in one line; a `denort` that was named and cannot be used is a BuildError.
 */
export async function compile(
  { target, folder, facts }: Compiling,
  denort: string | undefined = Deno.env.get("DENORT_BIN"),
): Promise<{ readonly path: string } | { readonly missing: string }> {
  const stage = `${folder}.stage`;
  const path = `${folder}.bin`;
  try {
    await stageFiles({ folder, stage, facts });
    const missing = await runCompiler(await compileArguments({ target, stage, path }), denort);
    return missing === null ? { path } : { missing };
  } finally {
    await Deno.remove(stage, { recursive: true });
  }
}

/** Returns what is missing, or null. */
async function runCompiler(
  words: readonly string[],
  denort: string | undefined,
): Promise<string | null> {
  const env = { NO_COLOR: "1", ...(denort !== undefined && { DENORT_BIN: denort }) };
  try {
    await runTool([Deno.execPath(), ...words], { cwd: ownFile("."), env });
    return null;
  } catch (thrown) {
    if (!(thrown instanceof BuildError)) throw thrown;
    const missing = whyNot(thrown.message);
    if (denort === undefined) return missing;
    throw new BuildError(`Cannot compile with "${denort}": ${missing}`, { cause: thrown });
  }
}

/** The script that knows that it is compiled, and what it reads at run time, in the places of a release. */
export async function stageFiles(
  { folder, stage, facts }: Pick<Compiling, "folder" | "facts"> & { readonly stage: string },
): Promise<void> {
  await Deno.mkdir(`${stage}/lib`, { recursive: true });
  await bundleScripts(stage, { form: "compiled", version: RELEASE.version, commit: facts.commit });
  await runTool(["cp", "-r", `${folder}/share`, stage], { cwd: stage });
  await settleTimes(stage, facts.created);
}

/** They are embedded with the files: the same commit has the same. */
async function settleTimes(folder: string, created: Date): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) await settleTimes(path, created);
    await Deno.utime(path, created, created);
  }
}

/** Everything is embedded that the program reads; nothing is looked for outside, and nothing asked. */
export async function compileArguments(
  { target, stage, path }: {
    readonly target: Target;
    readonly stage: string;
    readonly path: string;
  },
): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(`${stage}/share`), ({ name }) => name);
  const included = entries.sort().map((name) => `${stage}/share/${name}`)
    .filter((shared) => !UNUSED.test(shared));
  return [
    "compile",
    "--quiet",
    "--no-check",
    "--no-config",
    "--no-lock",
    "--no-remote",
    "--no-npm",
    "--no-prompt",
    // It may import from a few sites where nobody says otherwise.
    "--deny-import",
    ...project.unstable.map((feature) => `--unstable-${feature}`),
    ...UNION.map((kind) => `--allow-${kind}`),
    V8_FLAGS,
    `--target=${TRIPLES[target]}`,
    ...included.map((shared) => `--include=${shared}`),
    `--output=${path}`,
    `${stage}/lib/app.js`,
  ];
}

const CAUSE = /^\s+\d+: (.*?)\.?$/;

/** The causes that the compiler gives, in one line and without its own stack; or all that it says. */
export function whyNot(text: string): string {
  const [said = ""] = text.split("Stack backtrace:");
  const causes = said.split("\n").flatMap((line) => CAUSE.exec(line)?.[1] ?? []);
  return causes.length > 0 ? causes.join(": ") : said.trim().replaceAll(/\s+/g, " ");
}
