export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const RUN_MS_MAX = 15 * 60_000;

/** A program of the system to its end; what it says comes back, its failure is thrown with it. */
export async function run(
  command: string,
  args: readonly string[],
  { cwd, env }: RunOptions = {},
): Promise<string> {
  const { code, said } = await tryRun(command, args, { ...(cwd && { cwd }), ...(env && { env }) });
  if (code === 0) return said;
  throw new Error(`Cannot run ${command} ${args.join(" ")}: it ended with ${code}\n${said}`);
}

/** The same for a program whose refusal is an answer. */
export async function tryRun(
  command: string,
  args: readonly string[],
  { cwd, env }: RunOptions = {},
): Promise<{ readonly code: number; readonly said: string }> {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    ...(cwd !== undefined && { cwd }),
    env: { LC_ALL: "C.UTF-8", ...env },
    stdin: "null",
    signal: AbortSignal.timeout(RUN_MS_MAX),
  }).output();
  const decoder = new TextDecoder();
  return { code, said: `${decoder.decode(stdout)}${decoder.decode(stderr)}` };
}
