/** Of the running C library, "2.28"; empty where `getconf` does not tell. */
export async function glibcVersion(): Promise<string> {
  const told = await tellOf("getconf", ["GNU_LIBC_VERSION"]);
  return /^glibc (\d+\.\d+)/.exec(told ?? "")?.[1] ?? "";
}

const COMMAND_MS_MAX = 5_000;

/** What a program prints; null where it is not there, fails or hangs. */
export async function tellOf(program: string, args: readonly string[]): Promise<string | null> {
  try {
    const { success, stdout } = await new Deno.Command(program, {
      args: [...args],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
      signal: AbortSignal.timeout(COMMAND_MS_MAX),
    }).output();
    return success ? new TextDecoder().decode(stdout).trim() : null;
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return null;
    throw thrown;
  }
}
