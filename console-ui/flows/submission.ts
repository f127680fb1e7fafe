import { batch, type ReadonlySignal, signal } from "@preact/signals";
import type { Answer, Refusal } from "../api/answer.ts";

/** A form's writes, one at a time: whether one is under way, and why the last one was refused. */
export interface Submission {
  readonly busy: ReadonlySignal<boolean>;
  readonly refusal: ReadonlySignal<Refusal | null>;
  /** Null while another is under way, and when it was refused. */
  send<Value>(ask: () => Promise<Answer<Value>>): Promise<{ readonly value: Value } | null>;
  refuse(refusal: Refusal): void;
  clear(): void;
}

export function submission(): Submission {
  const busy = signal(false);
  const refusal = signal<Refusal | null>(null);

  return {
    busy,
    refusal,
    async send<Value>(ask: () => Promise<Answer<Value>>): Promise<{ value: Value } | null> {
      if (busy.value) return null;
      batch(() => {
        busy.value = true;
        refusal.value = null;
      });
      const answer = await ask();
      batch(() => {
        busy.value = false;
        refusal.value = answer.ok ? null : answer.refusal;
      });
      return answer.ok ? { value: answer.value } : null;
    },
    refuse(why: Refusal): void {
      refusal.value = why;
    },
    clear(): void {
      refusal.value = null;
    },
  };
}
