import { type Kysely, sql } from "kysely";
import type { Tables } from "../../server/schema.ts";

/** What we have written down of messages and batches at the card host. */

/** A message to the card host, under the number the host has it by. */
export interface OwnCardMessage {
  readonly number: string;
  readonly tradeId: string;
  readonly kind: string;
  readonly state: string;
  readonly failCode: string | null;
}

/** What was settled with the card host (0500); one that is open has nothing in it yet. */
export interface OwnBatch {
  readonly id: string;
  readonly state: string;
  readonly messages: number;
}

export async function readCardMessages(db: Kysely<Tables>): Promise<OwnCardMessage[]> {
  const rows = await db.selectFrom("card_message")
    .select(["merchant", "terminal_number", "batch", "stan"])
    .select(["trade_id", "kind", "state", "fail_code"]).execute();
  return rows.map((row) => ({
    number: cardNumber({ ...row, terminal: row.terminal_number }),
    tradeId: row.trade_id,
    kind: row.kind,
    state: row.state,
    failCode: row.fail_code,
  }));
}

/** By what both sides name one message of a card. */
export function cardNumber(
  { merchant, terminal, batch, stan }: {
    readonly merchant: string;
    readonly terminal: string;
    readonly batch: number;
    readonly stan: number;
  },
): string {
  return [merchant, terminal, batch, stan].join("/");
}

export async function readBatches(db: Kysely<Tables>): Promise<OwnBatch[]> {
  const { rows } = await sql<{ merchant: string; number: number; state: string; n: number }>`
    select b.merchant, b.number, b.state,
      cast((select count(*) from card_message m where m.merchant = b.merchant
        and m.batch = b.number and m.state = 'approved') as integer) as n
    from card_batch b`.execute(db);
  return rows.map(({ merchant, number, state, n }) => ({
    id: `${merchant}/${number}`,
    state,
    messages: n,
  }));
}
