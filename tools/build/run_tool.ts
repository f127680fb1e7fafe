import { BuildError } from "./build_error.ts";

/** A package of 40 MB over a slow line. */
const TOOL_MS_MAX = 10 * 60_000;
const SAID_CHARS_MAX = 4_000;

export interface ToolRun {
  readonly cwd: string;
  /** `env` is added to ours. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What a program says, which is started without a shell; throws BuildError with its own words. */
export async function runTool(
  [name = "", ...args]: readonly string[],
  { cwd, env = {} }: ToolRun,
): Promise<string> {
  const { success, signal, stdout, stderr } = await output(name, {
    args,
    cwd,
    env,
    stdin: "null",
    signal: AbortSignal.timeout(TOOL_MS_MAX),
  });
  if (success) return new TextDecoder().decode(stdout);
  const said = new TextDecoder().decode(stderr).trim().slice(-SAID_CHARS_MAX);
  const why = signal === null ? said : `ended by ${signal} ${said}`;
  throw new BuildError(`Cannot run "${[name, ...args].join(" ")}": ${why}`);
}

async function output(name: string, options: Deno.CommandOptions): Promise<Deno.CommandOutput> {
  try {
    return await new Deno.Command(name, options).output();
  } catch (cause) {
    throw new BuildError(`Cannot start "${name}": expected it to be installed`, { cause });
  }
}
