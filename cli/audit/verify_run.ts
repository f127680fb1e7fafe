import { DomainError, reasonOf } from "../../server/platform/errors.ts";
import { complain } from "../command.ts";
import { INTERRUPTS } from "../files/interrupt.ts";

const REPORT_MS = 1_000;
/** What a shell reports for a command that Ctrl-C ended. */
const INTERRUPTED = 130;

/** Ends the process where the operator stopped what the work was about; `done` says what stands. */
export async function orInterrupted<Value>(
  work: () => Promise<Value>,
  done: string,
): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof DomainError) || thrown.code !== "audit.stopped") throw thrown;
    complain(`已中断：${done}`);
    Deno.exit(INTERRUPTED);
  }
}

/**
 * What was begun gets the event that ends it, whatever ends it. Throws what `work` throws, after an
 * interrupt DomainError `audit.stopped`.
 */
export async function orRecorded<Value>(
  work: () => Promise<Value>,
  { signal, record }: {
    readonly signal: AbortSignal;
    readonly record: (reason: "failed" | "interrupted") => Promise<void>;
  },
): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    try {
      await record(signal.aborted ? "interrupted" : "failed");
    } catch (unrecorded) {
      // Why the work failed matters more to the operator.
      complain(`没有完成这件事没能记入审计：${reasonOf(unrecorded)}`);
    }
    if (!signal.aborted) throw thrown;
    throw new DomainError("audit.stopped", "Cannot go on: it was stopped", { cause: thrown });
  }
}

/** On a screen one line; elsewhere only when asked for. */
export function showProgress(isAsked: boolean): Disposable & {
  readonly report: (links: bigint) => void;
  readonly end: () => void;
} {
  const isScreen = Deno.stderr.isTerminal();
  const start = performance.now();
  let last = start;
  let isShown = false;
  const write = (text: string) => Deno.stderr.writeSync(new TextEncoder().encode(text));
  const end = () => {
    if (isShown && isScreen) write("\n");
    isShown = false;
  };
  return {
    report(links) {
      const now = performance.now();
      if (now - last < REPORT_MS || !(isScreen || isAsked)) return;
      last = now;
      isShown = true;
      const rate = Math.round(Number(links) / ((now - start) / 1_000));
      write(
        `${isScreen ? "\r\x1b[K" : ""}已校验 ${links} 条，每秒 ${rate} 条${isScreen ? "" : "\n"}`,
      );
    },
    end,
    [Symbol.dispose]: end,
  };
}

/** The page under way is finished; a second Ctrl-C ends at once, as the shell does. */
export function stopAtInterrupt(): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const leave = () => {
    for (const signal of INTERRUPTS) Deno.removeSignalListener(signal, stop);
  };
  const stop = () => {
    leave();
    controller.abort();
  };
  for (const signal of INTERRUPTS) Deno.addSignalListener(signal, stop);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      if (!controller.signal.aborted) leave();
    },
  };
}
