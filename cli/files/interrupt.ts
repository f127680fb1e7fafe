export const INTERRUPTS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** What a shell reports for a command that Ctrl-C ended. */
const INTERRUPTED = 130;

/**
 * Does `clean` and ends the process at Ctrl-C, until disposed. It ends here because a read from a
 * terminal or a pipe that gives nothing cannot be called back.
 */
export function onInterrupt(clean: () => void): Disposable {
  const stop = () => {
    clean();
    // After the other listeners, who have something to clean too.
    setTimeout(() => Deno.exit(INTERRUPTED));
  };
  for (const signal of INTERRUPTS) Deno.addSignalListener(signal, stop);
  return {
    [Symbol.dispose]() {
      for (const signal of INTERRUPTS) Deno.removeSignalListener(signal, stop);
    },
  };
}
