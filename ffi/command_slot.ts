import type { CommandOptions, CommonFailure, Completion } from "./contract.ts";

/** Runs one command at a time and ends it when it is cancelled, late, or the device goes away. */
export class CommandSlot {
  #end: ((reason: CommonFailure) => void) | null = null;

  async run<Value, Failure extends string>(
    options: CommandOptions,
    work: (signal: AbortSignal) => Promise<Completion<Value, Failure>>,
  ): Promise<Completion<Value, Failure>> {
    if (this.#end) return { kind: "failed", reason: "busy" };
    if (options.signal.aborted) return { kind: "failed", reason: "cancelled" };
    const { promise, resolve, reject } = Promise.withResolvers<Completion<Value, Failure>>();
    const stop = new AbortController();
    const cancel = () => resolve({ kind: "failed", reason: "cancelled" });
    const timer = setTimeout(
      () => resolve({ kind: "failed", reason: "timeout" }),
      options.timeoutMs,
    );
    options.signal.addEventListener("abort", cancel, { once: true });
    this.#end = (reason) => resolve({ kind: "failed", reason });
    work(stop.signal).then(resolve, reject);
    try {
      return await promise;
    } finally {
      this.#end = null;
      clearTimeout(timer);
      options.signal.removeEventListener("abort", cancel);
      stop.abort();
    }
  }

  end(reason: CommonFailure): void {
    this.#end?.(reason);
  }
}
