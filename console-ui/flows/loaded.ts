import { type ReadonlySignal, signal } from "@preact/signals";
import type { Answer, Refusal } from "../api/answer.ts";

export type LoadedState<Value> =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly refusal: Refusal }
  | { readonly kind: "shown"; readonly value: Value };

/** One thing that is asked for as a whole. */
export interface Loaded<Value> {
  readonly state: ReadonlySignal<LoadedState<Value>>;
  /** Nothing of the value before is shown meanwhile. */
  reload(): Promise<void>;
  /** What a write answered with. */
  become(value: Value): void;
  /** Nothing is kept, and an answer under way is dropped. */
  clear(): void;
}

/** Answers that come after a later question are dropped. */
export function loaded<Value>(ask: () => Promise<Answer<Value>>): Loaded<Value> {
  const state = signal<LoadedState<Value>>({ kind: "loading" });
  let lastAsked = 0;
  return {
    state,
    async reload(): Promise<void> {
      const asked = ++lastAsked;
      state.value = { kind: "loading" };
      const answer = await ask();
      if (asked !== lastAsked) return;
      state.value = answer.ok
        ? { kind: "shown", value: answer.value }
        : { kind: "failed", refusal: answer.refusal };
    },
    become(value: Value): void {
      lastAsked++;
      state.value = { kind: "shown", value };
    },
    clear(): void {
      lastAsked++;
      state.value = { kind: "loading" };
    },
  };
}

/** Null until it is there. */
export function valueOf<Value>({ state }: Pick<Loaded<Value>, "state">): Value | null {
  return state.value.kind === "shown" ? state.value.value : null;
}
