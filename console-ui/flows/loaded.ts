import { type ReadonlySignal, signal } from "@preact/signals";
import type { Answer, Refusal } from "../api/answer.ts";

export type LoadedState<Value> =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly refusal: Refusal }
  | {
    readonly kind: "shown";
    readonly value: Value;
    /** Of the last attempt to read it again; what is shown may be out of date. */
    readonly refusal: Refusal | null;
  };

/** One thing that is asked for as a whole. */
export interface Loaded<Value> {
  readonly state: ReadonlySignal<LoadedState<Value>>;
  /** Nothing of the value before is shown meanwhile. */
  reload(): Promise<void>;
  /** What is shown stays until the new one is there. */
  refresh(): Promise<void>;
  /** What a write answered with. */
  become(value: Value): void;
  /** Nothing is kept, and an answer under way is dropped. */
  clear(): void;
}

/** Answers that come after a later question are dropped. */
export function loaded<Value>(ask: () => Promise<Answer<Value>>): Loaded<Value> {
  const state = signal<LoadedState<Value>>({ kind: "loading" });
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
    async reload(): Promise<void> {
      state.value = { kind: "loading" };
      await refresh();
    },
    become(value: Value): void {
      lastAsked++;
      state.value = { kind: "shown", value, refusal: null };
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
