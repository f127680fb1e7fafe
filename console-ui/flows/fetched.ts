import { type ReadonlySignal, signal } from "@preact/signals";
import type { Answer, Refusal } from "../api/answer.ts";

export type FetchedState<Value> =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly refusal: Refusal }
  | {
    readonly kind: "shown";
    readonly value: Value;
    /** Of the last attempt to read it again; what is shown may be out of date. */
    readonly refusal: Refusal | null;
  };

/** One thing that the platform holds. */
export interface Fetched<Value> {
  readonly state: ReadonlySignal<FetchedState<Value>>;
  /** From nothing. */
  load(): Promise<void>;
  /** What is shown stays until the new one is there. */
  refresh(): Promise<void>;
  /** As the answer of a change has it. */
  become(value: Value): void;
}

/** Answers that come after a later question are dropped. */
export function fetched<Value>(ask: () => Promise<Answer<Value>>): Fetched<Value> {
  const state = signal<FetchedState<Value>>({ kind: "loading" });
  let lastAsked = 0;

  async function refresh(): Promise<void> {
    const asked = ++lastAsked;
    const answer = await ask();
    if (asked !== lastAsked) return;
    const shown = state.value;
    if (answer.ok) state.value = { kind: "shown", value: answer.value, refusal: null };
    else if (shown.kind === "shown") state.value = { ...shown, refusal: answer.refusal };
    else state.value = { kind: "failed", refusal: answer.refusal };
  }

  return {
    state,
    refresh,
    async load(): Promise<void> {
      state.value = { kind: "loading" };
      await refresh();
    },
    become(value: Value): void {
      lastAsked++;
      state.value = { kind: "shown", value, refusal: null };
    },
  };
}
