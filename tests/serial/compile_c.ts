import { exists } from "../../tools/exists.ts";
import { ROOT } from "../../tools/source_files.ts";

export type Target = "x86_64" | "aarch64";

export interface Compilation {
  /** From the project's root. */
  readonly source: string;
  readonly kind: "program" | "library";
  readonly target: Target;
  /** What is made. */
  readonly path: string;
}

const COMPILE_MS_MAX = 60_000;

/** False where Debian's compiler for the target is missing. Programs hold all that they need. */
export async function compileC({ source, kind, target, path }: Compilation): Promise<boolean> {
  const compiler = target === Deno.build.arch ? "/usr/bin/gcc" : `/usr/bin/${target}-linux-gnu-gcc`;
  if (!await exists(compiler)) return false;
  const flags = kind === "library" ? ["-shared", "-fPIC"] : ["-static"];
  const { success, stderr } = await new Deno.Command(compiler, {
    args: ["-O1", "-Wall", "-Wextra", "-Werror", ...flags, "-o", path, source],
    cwd: ROOT,
    stdin: "null",
    signal: AbortSignal.timeout(COMPILE_MS_MAX),
  }).output();
  if (!success) throw new Error(`Cannot compile ${source}: ${new TextDecoder().decode(stderr)}`);
  return true;
}
