import type { CommandOptions } from "../contract.ts";
import { Listeners } from "../listeners.ts";
import type { VendorLibrary, VendorReply, VendorValue } from "../vendor/contract.ts";

type Inputs = Readonly<Record<string, VendorValue>>;
/** Null: it never answers, till the caller gives up or time is over. */
type Answer = (functionName: string, inputs: Inputs) => VendorReply | null | Promise<VendorReply>;

/** A vendor's library whose answers a test gives: for drivers, without a child process. */
export class ScriptedLibrary implements VendorLibrary {
  readonly name = "scripted";
  condition: "online" | "offline" = "online";
  answer: Answer;
  readonly calls: { readonly functionName: string; readonly inputs: Inputs }[] = [];
  readonly #listeners = new Listeners<"up" | "down">();
  readonly #missing: readonly string[];
  #hanging = Promise.withResolvers<void>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(answer: Answer, missing: readonly string[] = []) {
    this.answer = answer;
    this.#missing = missing;
  }

  subscribe(listener: (event: "up" | "down") => void): () => void {
    return this.#listeners.add(listener);
  }

  has(functionName: string): boolean {
    return !this.#missing.includes(functionName);
  }

  call(functionName: string, inputs: Inputs, options: CommandOptions): Promise<VendorReply> {
    return this.together((library) => library.call(functionName, inputs, options));
  }

  together<Value>(work: (library: Pick<VendorLibrary, "call">) => Promise<Value>): Promise<Value> {
    const turn = this.#turn.then(() =>
      work({ call: (name, inputs, options) => this.#call(name, inputs, options) })
    );
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  endSession(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  setOnline(online: boolean): void {
    this.condition = online ? "online" : "offline";
    this.#listeners.tell(online ? "up" : "down");
  }

  /** Resolves when a call hangs. */
  async hanging(): Promise<void> {
    await this.#hanging.promise;
    this.#hanging = Promise.withResolvers<void>();
  }

  async #call(
    functionName: string,
    inputs: Inputs,
    options: CommandOptions,
  ): Promise<VendorReply> {
    if (this.condition === "offline") return { kind: "lost", reason: "offline" };
    this.calls.push({ functionName, inputs });
    return await this.answer(functionName, inputs) ?? await this.#hang(options);
  }

  #hang({ signal, timeoutMs }: CommandOptions): Promise<VendorReply> {
    const { promise, resolve } = Promise.withResolvers<VendorReply>();
    const timer = setTimeout(() => resolve({ kind: "lost", reason: "timeout" }), timeoutMs);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve({ kind: "lost", reason: "cancelled" });
    }, { once: true });
    this.#hanging.resolve();
    return promise;
  }
}
