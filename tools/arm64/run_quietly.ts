import { PiecesMissing } from "./pieces_missing.ts";

export interface QuietRun {
  readonly cwd: string;
  readonly msMax?: number;
}

const FETCH_MS_MAX = 5 * 60_000;
const SAID_CHARS_MAX = 1_000;

/** A program of the system that says something only when it fails; throws `PiecesMissing` then. */
export async function runQuietly(
  name: string,
  args: readonly string[],
  { cwd, msMax = FETCH_MS_MAX }: QuietRun,
): Promise<void> {
  const command = new Deno.Command(name, {
    args: [...args],
    cwd,
    stdin: "null",
    signal: AbortSignal.timeout(msMax),
  });
  const { success, stderr } = await command.output().catch((cause) => {
    throw new PiecesMissing(`Cannot start "${name}"`, { cause });
  });
  if (success) return;
  const said = new TextDecoder().decode(stderr).trim().slice(-SAID_CHARS_MAX);
  throw new PiecesMissing(`Cannot run "${name} ${args.join(" ")}": ${said}`);
}
