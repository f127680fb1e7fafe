import type { Transaction } from "kysely";
import type { AuditEvent } from "../audit/event.ts";

/** What one leg of an order can be asked to do; the saga decides, the leg's work carries it out. */
export type Ask = "prepare" | "perform" | "find" | "close" | "undo" | "find_undo" | "release";

export const ASKS: readonly Ask[] = [
  "prepare",
  "perform",
  "find",
  "close",
  "undo",
  "find_undo",
  "release",
];

/** Fen by part; a tender has only cash, fulfilment only total. */
export interface Split {
  readonly total: bigint;
  readonly fund: bigint;
  readonly account: bigint;
  readonly other: bigint;
  readonly cash: bigint;
}

export type LegAnswer =
  /** `split`: what really moved, or was quoted by `prepare`. */
  | {
    readonly kind: "done";
    readonly split: Split | null;
    readonly reference: string | null;
    /** The party's own figures contradict each other in more than the split shows. */
    readonly unsound?: boolean;
  }
  /** The party has it and is not through yet (patient types a password …). */
  | { readonly kind: "pending" }
  /** Only to `find`/`find_undo`: the party knows nothing of it. */
  | { readonly kind: "absent" }
  /** A definite no; nothing moved. To `close`: it can no longer be closed. */
  | { readonly kind: "refused"; readonly code: string; readonly text: string }
  | { readonly kind: "not_sent"; readonly reason: string }
  | { readonly kind: "unknown"; readonly reason: string };

/**
 * Rule 3 in a type: ids are chosen and committed, then the call goes out with no transaction open,
 * then its outcome is committed. `plan` and `record` run inside checkout's own transactions.
 */
export interface LegWork<Context, Plan, Tables> {
  plan(tx: Transaction<Tables>, context: Context, ask: Ask): Promise<Plan>;
  /** What planning wrote down, for the audit trail. */
  planned?(plan: Plan): readonly AuditEvent[];
  call(plan: Plan): Promise<LegAnswer>;
  /** Resolves with what recording wrote down, for the audit trail; nothing is an empty answer. */
  record(
    tx: Transaction<Tables>,
    plan: Plan,
    answer: LegAnswer,
  ): Promise<readonly AuditEvent[] | void>;
}
