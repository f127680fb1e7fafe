import type { KeyRecordRow } from "../../../platform/key_record_row.ts";
import type { TaggedTable } from "../../../platform/tagged_table.ts";
import type { CardMessageKind, CardMessageState } from "./card_message.ts";

export interface CardTables {
  /** No track, PIN block or chip data; the card number sealed and its last four digits. */
  card_message: {
    /** Of a sale the trade, of a void or refund our refund. */
    subject_id: string;
    attempt: number;
    /** The time inside `subject_id`. */
    at: Date;
    kind: CardMessageKind;
    trade_id: string;
    institution_id: string;
    /** Fields 42 and 41 as they go out. */
    merchant: string;
    terminal_number: string;
    stan: number;
    batch: number;
    amount_fen: bigint;
    pan_sealed: Uint8Array | null;
    pan_end: string | null;
    card_sequence: string | null;
    state: CardMessageState;
    response_code: string | null;
    fail_code: string | null;
    fail_text: string | null;
    reference: string | null;
    approval: string | null;
    host_date: string | null;
    sent_at: Date;
    /** When it, or its reversal, was last sent. */
    tried_at: Date;
    tries: number;
    claimed_until: Date | null;
    changed_at: Date;
    /** A refund that is not sent again, though its end is not known. */
    stopped_at: Date | null;
    tag: Uint8Array | null;
  };
  card_terminal: {
    merchant: string;
    terminal_number: string;
    last_stan: number;
  };
  card_batch: {
    merchant: string;
    number: number;
    state: "open" | "closing" | "agreed" | "disagreed";
    opened_at: Date;
    settled_at: Date | null;
    sale_count: number | null;
    sale_fen: bigint | null;
    refund_count: number | null;
    refund_fen: bigint | null;
  };
  card_work_key: KeyRecordRow & { host: string };
  card_sign_in: { host: string; claimed_until: Date };
  card_pin_failure: { terminal_number: string; day: string; failures: number };
}

export const CARD_PARTITIONED = ["card_message"] as const;

export const CARD_MESSAGE_TAGGED = {
  table: "card_message",
  key: ["subject_id", "attempt", "at"],
  columns: [
    "subject_id",
    "attempt",
    "at",
    "kind",
    "trade_id",
    "institution_id",
    "merchant",
    "terminal_number",
    "stan",
    "batch",
    "amount_fen",
    "state",
    "reference",
    "stopped_at",
  ],
  later: ["stopped_at"],
} as const satisfies TaggedTable<keyof CardTables["card_message"]>;
