/** A process and all that it starts. */
export interface ProcessGroup extends AsyncDisposable {
  readonly child: Deno.ChildProcess;
}

export interface GroupOptions {
  readonly command: readonly string[];
  readonly cwd: string;
  /** All of the group is told to end. */
  readonly signal: AbortSignal;
}

const END_MS_MAX = 60_000;

/** Started apart from our own group, so that all of it can be told to end, and none outlives us. */
export function startGroup({ command, cwd, signal }: GroupOptions): ProcessGroup {
  const child = new Deno.Command("setsid", {
    args: [...command],
    cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let last: ReturnType<typeof setTimeout> | undefined;
  const tell = () => {
    signalGroup(child.pid, "SIGTERM");
    last ??= setTimeout(() => signalGroup(child.pid, "SIGKILL"), END_MS_MAX);
  };
  signal.addEventListener("abort", tell);
  if (signal.aborted) tell();
  return {
    child,
    async [Symbol.asyncDispose]() {
      signal.removeEventListener("abort", tell);
      tell();
      await child.status;
      clearTimeout(last);
      signalGroup(child.pid, "SIGKILL");
    },
  };
}

function signalGroup(pid: number, name: Deno.Signal): void {
  try {
    Deno.kill(-pid, name);
  } catch (thrown) {
    // All of it ended before.
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
  }
}
