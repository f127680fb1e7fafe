import { type ReadonlySignal, signal } from "@preact/signals";
import type { Answer, Refusal } from "../api/answer.ts";

/** One page of a list whose pages are asked for by where the one before ended. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
}

export type ListState<Row> =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly refusal: Refusal }
  | {
    readonly kind: "listed";
    readonly page: Page<Row>;
    /** From 1; the rows stay while the next ones are under way. */
    readonly number: number;
    readonly busy: boolean;
    /** Of the last attempt to turn the page. */
    readonly refusal: Refusal | null;
  };

export interface PagedList<Row> {
  readonly state: ReadonlySignal<ListState<Row>>;
  /** From the first page on, as after a change of filters. */
  reload(): Promise<void>;
  /** The page that is shown, as after a change of one of its rows. */
  refresh(): Promise<void>;
  next(): Promise<void>;
  previous(): Promise<void>;
}

export type LoadPage<Row> = (after: string | null) => Promise<Answer<Page<Row>>>;

/** Answers that come after a later question are dropped. */
export function pagedList<Row>(load: LoadPage<Row>): PagedList<Row> {
  const state = signal<ListState<Row>>({ kind: "loading" });
  /** Where each page up to the shown one begins. */
  let starts: readonly (string | null)[] = [null];
  let lastAsked = 0;

  async function turnTo(wanted: readonly (string | null)[]): Promise<void> {
    const asked = ++lastAsked;
    const shown = state.value;
    state.value = shown.kind === "listed"
      ? { ...shown, busy: true, refusal: null }
      : { kind: "loading" };
    const answer = await load(wanted[wanted.length - 1] ?? null);
    if (asked !== lastAsked) return;
    if (answer.ok) {
      starts = wanted;
      state.value = {
        kind: "listed",
        page: answer.value,
        number: wanted.length,
        busy: false,
        refusal: null,
      };
    } else if (shown.kind === "listed") {
      state.value = { ...shown, busy: false, refusal: answer.refusal };
    } else {
      state.value = { kind: "failed", refusal: answer.refusal };
    }
  }

  return {
    state,
    async reload(): Promise<void> {
      state.value = { kind: "loading" };
      await turnTo([null]);
    },
    refresh: () => turnTo(starts),
    async next(): Promise<void> {
      const shown = state.value;
      if (shown.kind !== "listed" || shown.page.next === null) return;
      await turnTo([...starts, shown.page.next]);
    },
    async previous(): Promise<void> {
      if (starts.length > 1) await turnTo(starts.slice(0, -1));
    },
  };
}
