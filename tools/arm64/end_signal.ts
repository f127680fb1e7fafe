/** Aborted when this process is told to end, so that what it has started is told first. */
export interface EndSignal extends Disposable {
  readonly signal: AbortSignal;
}

const TOLD_BY = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export function endSignal(): EndSignal {
  const end = new AbortController();
  const tell = () => end.abort(new Error("The proof was told to end"));
  for (const name of TOLD_BY) Deno.addSignalListener(name, tell);
  return {
    signal: end.signal,
    [Symbol.dispose]() {
      for (const name of TOLD_BY) Deno.removeSignalListener(name, tell);
    },
  };
}
