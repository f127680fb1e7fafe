import {
  type ExpressionBuilder,
  type QueryCreator,
  type Selectable,
  sql,
  type Transaction,
} from "kysely";
import type { KeyRecord } from "../../../../crypto/key_record.ts";
import type { Speaker } from "../../../gateways/card_host/requests.ts";
import { invariant } from "../../../platform/errors.ts";
import { timeOfId } from "../../../platform/ids.ts";
import { keyRecordOf, rowOfKeyRecord } from "../../../platform/key_record_row.ts";
import { asFen } from "../../../platform/money.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import { isUnchanged, tagAfter, tagOf } from "../../../platform/tagged_table.ts";
import { insertIfAbsent } from "../../../platform/upsert.ts";
import { type CardEntry, type CardMessageState, resentSince } from "./card_message.ts";
import { CARD_MESSAGE_TAGGED, type CardTables } from "./tables.ts";

type Write = Transaction<CardTables>;
type Read = QueryCreator<CardTables>;

/** What every write goes with. */
export interface CardWriting {
  readonly now: Date;
  readonly tags: RowTags;
}

export type NewCardEntry = Pick<
  CardEntry,
  | "subjectId"
  | "attempt"
  | "kind"
  | "tradeId"
  | "institutionId"
  | "merchant"
  | "terminalNumber"
  | "stan"
  | "batch"
  | "amount"
  | "panSealed"
  | "panEnd"
  | "cardSequence"
>;

/** False when another process made this attempt. */
export async function insertEntry(
  tx: Write,
  entry: NewCardEntry & {
    readonly state: "sending" | "closed";
    readonly claimedUntil: Date | null;
  },
  { now, tags }: CardWriting,
): Promise<boolean> {
  const row = { ...decidedEntry({ ...entry, reference: null, stoppedAt: null }) };
  return await insertIfAbsent(tx, "card_message", {
    ...row,
    tag: await tagOf(tags, CARD_MESSAGE_TAGGED, row),
    pan_sealed: entry.panSealed,
    pan_end: entry.panEnd,
    card_sequence: entry.cardSequence,
    sent_at: now,
    tried_at: now,
    tries: 0,
    claimed_until: entry.claimedUntil,
    changed_at: now,
  }, ["subject_id", "attempt", "at"]);
}

export async function findLatest(db: Read, subjectId: string): Promise<CardEntry | null> {
  const row = await latestOf(db, subjectId).executeTakeFirst();
  return row ? entryOf(row) : null;
}

/** Holds the newest attempt's row until the transaction ends. */
export async function lockLatest(tx: Write, subjectId: string): Promise<CardEntry | null> {
  const row = await latestOf(tx, subjectId).forUpdate().executeTakeFirst();
  return row ? entryOf(row) : null;
}

function latestOf(db: Read, subjectId: string) {
  return db.selectFrom("card_message").selectAll()
    .where("subject_id", "=", subjectId).where("at", "=", timeOfId(subjectId))
    .orderBy("attempt", "desc").limit(1);
}

/** Voids and refunds of a trade that were not refused; they may bear a time of up to a day before. */
export async function returnsOf(db: Read, tradeId: string): Promise<CardEntry[]> {
  const rows = await db.selectFrom("card_message").selectAll()
    .where("trade_id", "=", tradeId).where("kind", "in", ["void", "refund"])
    .where("state", "in", ["sending", "approved", "reversing"]).execute();
  return rows.map(entryOf);
}

export function isAsWritten(tx: Write, tags: RowTags, entry: CardEntry): Promise<boolean> {
  const row = { ...decidedEntry(entry), tag: entry.tag };
  return isUnchanged(tx, tags, { tagged: CARD_MESSAGE_TAGGED, row });
}

export interface CardEntryChange {
  readonly state?: CardMessageState;
  readonly response_code?: string;
  readonly fail_code?: string;
  readonly fail_text?: string;
  readonly reference?: string;
  readonly approval?: string | null;
  readonly host_date?: string | null;
  readonly tried_at?: Date;
  readonly tries?: number;
  readonly claimed_until?: Date | null;
  readonly stopped_at?: Date;
}

/** The caller holds the row's lock. */
export async function updateEntry(
  tx: Write,
  { entry, change }: { readonly entry: CardEntry; readonly change: CardEntryChange },
  { now, tags }: CardWriting,
): Promise<void> {
  const before = { ...decidedEntry(entry), tag: entry.tag };
  const tag = await tagAfter(tx, tags, {
    tagged: CARD_MESSAGE_TAGGED,
    before,
    after: { ...before, ...change },
  });
  await tx.updateTable("card_message").set({ ...change, tag, changed_at: now })
    .where("subject_id", "=", entry.subjectId).where("attempt", "=", entry.attempt)
    .where("at", "=", timeOfId(entry.subjectId)).execute();
}

/** Null while another process has the claim, or when the row moved on. */
export async function claimEntry(
  tx: Write,
  entry: CardEntry,
  { now, until }: { readonly now: Date; readonly until: Date },
): Promise<boolean> {
  const claimed = await tx.updateTable("card_message")
    .set({ claimed_until: until, tried_at: now, tries: sql<number>`tries + 1` })
    .where("subject_id", "=", entry.subjectId).where("attempt", "=", entry.attempt)
    .where("at", "=", timeOfId(entry.subjectId)).where("state", "=", entry.state)
    .where((is) => is.or([is("claimed_until", "is", null), is("claimed_until", "<=", now)]))
    .executeTakeFirst();
  return claimed.numUpdatedRows === 1n;
}

/** What can be driven on and had its turn before `before`; the longest ago first. */
export async function openEntries(
  db: Read,
  { now, before, limit }: { readonly now: Date; readonly before: Date; readonly limit: number },
): Promise<CardEntry[]> {
  const rows = await db.selectFrom("card_message").selectAll()
    .where("state", "in", ["sending", "reversing"]).where("tried_at", "<", before)
    .where((is) => mayBeDriven(is, now))
    .orderBy("tried_at").limit(limit).execute();
  return rows.map(entryOf);
}

function mayBeDriven(is: ExpressionBuilder<CardTables, "card_message">, now: Date) {
  return is.or([
    is("kind", "<>", "refund"),
    is.and([is("stopped_at", "is", null), is("at", ">=", resentSince(now))]),
  ]);
}

/** To the end of the round: what cannot be driven must not keep others from their turn. */
export async function putOffEntry(tx: Write, entry: CardEntry, now: Date): Promise<void> {
  await tx.updateTable("card_message").set({ tried_at: now })
    .where("subject_id", "=", entry.subjectId).where("attempt", "=", entry.attempt)
    .where("at", "=", timeOfId(entry.subjectId)).execute();
}

/** The next number of the terminal, kept with the transaction: a number is never given twice. */
export async function takeStan(tx: Write, { merchant, terminal }: Speaker): Promise<number> {
  const key = { merchant, terminal_number: terminal };
  await insertIfAbsent(tx, "card_terminal", { ...key, last_stan: 0 }, [
    "merchant",
    "terminal_number",
  ]);
  const row = await tx.updateTable("card_terminal")
    .set({ last_stan: sql<number>`case when last_stan >= 999999 then 1 else last_stan + 1 end` })
    .where("merchant", "=", merchant).where("terminal_number", "=", terminal)
    .returning("last_stan").executeTakeFirst();
  invariant(row !== undefined, "a terminal's counter is there");
  return row.last_stan;
}

/** The merchant's open batch, its row held until the transaction ends; the first one is made. */
export async function lockOpenBatch(tx: Write, merchant: string, now: Date): Promise<number> {
  const open = () =>
    tx.selectFrom("card_batch").select("number")
      .where("merchant", "=", merchant).where("state", "=", "open").forUpdate().executeTakeFirst();
  const found = await open();
  if (found) return found.number;
  // The first one; or the one that was open ended while its row was waited for, and has a follower.
  await insertFirstBatch(tx, merchant, now);
  const next = await open();
  invariant(next !== undefined, "a merchant has one open batch");
  return next.number;
}

async function insertFirstBatch(tx: Write, merchant: string, now: Date): Promise<void> {
  const known = await tx.selectFrom("card_batch").select("number")
    .where("merchant", "=", merchant).limit(1).executeTakeFirst();
  if (!known) await insertBatch(tx, { merchant, number: 1, now });
}

export async function insertBatch(
  tx: Write,
  { merchant, number, now }: {
    readonly merchant: string;
    readonly number: number;
    readonly now: Date;
  },
): Promise<void> {
  await insertIfAbsent(
    tx,
    "card_batch",
    { merchant, number, state: "open", opened_at: now },
    ["merchant", "number"],
  );
}

export async function findBatches(
  db: Read,
  wanted: {
    readonly merchant?: string;
    readonly states: readonly CardTables["card_batch"]["state"][];
  },
): Promise<Selectable<CardTables["card_batch"]>[]> {
  let query = db.selectFrom("card_batch").selectAll().where("state", "in", wanted.states);
  if (wanted.merchant !== undefined) query = query.where("merchant", "=", wanted.merchant);
  return await query.orderBy("merchant").orderBy("number").limit(BATCHES_MAX).execute();
}

const BATCHES_MAX = 1_000;

export async function updateBatch(
  tx: Write,
  key: { readonly merchant: string; readonly number: number },
  change: Partial<Omit<CardTables["card_batch"], "merchant" | "number" | "opened_at">>,
): Promise<void> {
  await tx.updateTable("card_batch").set(change)
    .where("merchant", "=", key.merchant).where("number", "=", key.number).execute();
}

export interface BatchSum {
  readonly kind: CardEntry["kind"];
  readonly isOpen: boolean;
  readonly count: number;
  readonly fen: bigint;
}

/** What a batch holds: approved messages by kind, and those whose end the host will still tell. */
export async function sumBatch(
  db: Read,
  key: { readonly merchant: string; readonly number: number; readonly now: Date },
): Promise<BatchSum[]> {
  const rows = await db.selectFrom("card_message")
    .select((of) => [
      "kind",
      "state",
      of.fn.countAll<string | bigint>().as("count"),
      of.fn.sum<string | bigint>("amount_fen").as("fen"),
    ])
    .where("merchant", "=", key.merchant).where("batch", "=", key.number)
    .where((is) =>
      is.or([
        is("state", "=", "approved"),
        is.and([is("state", "in", ["sending", "reversing"]), mayBeDriven(is, key.now)]),
      ])
    )
    .groupBy(["kind", "state"]).execute();
  return rows.map(({ kind, state, count, fen }) => ({
    kind,
    isOpen: state !== "approved",
    count: Number(count),
    fen: BigInt(fen),
  }));
}

export async function selectWorkKeys(db: Read, host: string): Promise<KeyRecord[]> {
  const rows = await db.selectFrom("card_work_key").selectAll().where("host", "=", host)
    .where("state", "<>", "destroyed").orderBy("version").execute();
  return rows.map((row) => keyRecordOf({ kind: "host", id: host }, row));
}

export async function highestKeyVersion(db: Read, host: string): Promise<number> {
  const row = await db.selectFrom("card_work_key")
    .select((of) => of.fn.max("version").as("version")).where("host", "=", host)
    .executeTakeFirst();
  return row?.version ?? 0;
}

/** New ones are added, known ones changed to how they stand now. */
export async function saveWorkKeys(
  tx: Write,
  host: string,
  records: readonly KeyRecord[],
): Promise<void> {
  for (const record of records) {
    const row = { host, ...rowOfKeyRecord(record) };
    if (await insertIfAbsent(tx, "card_work_key", row, ["host", "purpose", "version"])) continue;
    await tx.updateTable("card_work_key")
      .set({ state: row.state, wrapped: row.wrapped, moves: row.moves })
      .where("host", "=", host).where("purpose", "=", record.purpose)
      .where("version", "=", record.version).execute();
  }
}

export async function claimSignIn(
  tx: Write,
  host: string,
  { now, until }: { readonly now: Date; readonly until: Date },
): Promise<boolean> {
  const row = { host, claimed_until: until };
  if (await insertIfAbsent(tx, "card_sign_in", row, ["host"])) return true;
  const claimed = await tx.updateTable("card_sign_in").set({ claimed_until: until })
    .where("host", "=", host).where("claimed_until", "<=", now).executeTakeFirst();
  return claimed.numUpdatedRows === 1n;
}

export async function releaseSignIn(tx: Write, host: string, now: Date): Promise<void> {
  await tx.updateTable("card_sign_in").set({ claimed_until: now }).where("host", "=", host)
    .execute();
}

export async function countPinFailures(
  db: Read,
  terminalNumber: string,
  day: string,
): Promise<number> {
  const row = await db.selectFrom("card_pin_failure").select("failures")
    .where("terminal_number", "=", terminalNumber).where("day", "=", day).executeTakeFirst();
  return row?.failures ?? 0;
}

export async function addPinFailure(
  tx: Write,
  terminalNumber: string,
  day: string,
): Promise<void> {
  const row = { terminal_number: terminalNumber, day, failures: 1 };
  if (await insertIfAbsent(tx, "card_pin_failure", row, ["terminal_number", "day"])) return;
  await tx.updateTable("card_pin_failure").set({ failures: sql<number>`failures + 1` })
    .where("terminal_number", "=", terminalNumber).where("day", "=", day).execute();
}

function decidedEntry(entry: NewCardEntry & Pick<CardEntry, "state" | "reference" | "stoppedAt">) {
  return {
    subject_id: entry.subjectId,
    attempt: entry.attempt,
    at: timeOfId(entry.subjectId),
    kind: entry.kind,
    trade_id: entry.tradeId,
    institution_id: entry.institutionId,
    merchant: entry.merchant,
    terminal_number: entry.terminalNumber,
    stan: entry.stan,
    batch: entry.batch,
    amount_fen: entry.amount,
    state: entry.state,
    reference: entry.reference,
    stopped_at: entry.stoppedAt,
  };
}

function entryOf(row: Selectable<CardTables["card_message"]>): CardEntry {
  return {
    subjectId: row.subject_id,
    attempt: row.attempt,
    kind: row.kind,
    tradeId: row.trade_id,
    institutionId: row.institution_id,
    merchant: row.merchant,
    terminalNumber: row.terminal_number,
    stan: row.stan,
    batch: row.batch,
    amount: asFen(row.amount_fen),
    panSealed: row.pan_sealed,
    panEnd: row.pan_end,
    cardSequence: row.card_sequence,
    state: row.state,
    failCode: row.fail_code,
    failText: row.fail_text,
    responseCode: row.response_code,
    reference: row.reference,
    approval: row.approval,
    hostDate: row.host_date,
    sentAt: row.sent_at,
    triedAt: row.tried_at,
    tries: row.tries,
    claimedUntil: row.claimed_until,
    stoppedAt: row.stopped_at,
    tag: row.tag,
  };
}
