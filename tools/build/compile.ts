import project from "../../deno.json" with { type: "json" };
import { UNION } from "../../cli/launch/revoke.ts";
import { reasonOf } from "../../server/platform/errors.ts";
import { RELEASE } from "../../server/platform/release.ts";
import type { SourceFacts } from "./facts.ts";
import { bundleScripts } from "./folder.ts";
import { runTool } from "./run_tool.ts";
import type { Target } from "./targets.ts";

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
 * the npm package: from `DENORT_BIN`, Deno's cache or its download site. Returns null where none is
 * to be had, with why in one line.
 */
export async function compile(
  { target, folder, facts }: Compiling,
): Promise<{ readonly path: string } | { readonly missing: string }> {
  const stage = `${folder}.stage`;
  const path = `${folder}.bin`;
  try {
    await stageFiles({ folder, stage, facts });
    await runTool([Deno.execPath(), ...await compileArguments({ target, stage, path })], {
      cwd: stage,
      env: { NO_COLOR: "1" },
    });
    return { path };
  } catch (thrown) {
    return { missing: lastLine(reasonOf(thrown)) };
  } finally {
    await Deno.remove(stage, { recursive: true });
  }
}

/** The script that knows that it is compiled, and what it reads at run time, in the places of a release. */
export async function stageFiles(
  { folder, stage, facts }: Pick<Compiling, "folder" | "facts"> & { readonly stage: string },
): Promise<void> {
  await Deno.mkdir(`${stage}/lib`, { recursive: true });
  await bundleScripts(stage, { form: "compiled", version: RELEASE.version, commit: facts.commit });
  await runTool(["cp", "-r", `${folder}/share`, stage], { cwd: stage });
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
    ...project.unstable.map((feature) => `--unstable-${feature}`),
    ...UNION.map((kind) => `--allow-${kind}`),
    `--target=${TRIPLES[target]}`,
    ...included.map((shared) => `--include=${shared}`),
    `--output=${path}`,
    `${stage}/lib/app.js`,
  ];
}

/** Of an error and its causes the last says what is really missing. */
function lastLine(text: string): string {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return lines.findLast((line) => !line.endsWith(":"))?.replace(/^\d+: /, "") ?? text;
}
