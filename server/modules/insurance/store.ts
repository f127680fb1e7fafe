import { type QueryCreator, type Selectable, sql, type Transaction } from "kysely";
import { hurry } from "../../platform/hurried_query.ts";
import { newId, timeOfId } from "../../platform/ids.ts";
import { invariant } from "../../platform/errors.ts";
import type { RowKey } from "../../platform/personal_data.ts";
import { byKeys } from "../../platform/row_keys.ts";
import type { RowTags } from "../../platform/row_tags.ts";
import { tagAfter, tagOf } from "../../platform/tagged_table.ts";
import { insertIfAbsent } from "../../platform/upsert.ts";
import type { InsuranceRoute } from "./insurance_route.ts";
import { CLAIM_TAGGED, type InsuranceTables } from "./tables.ts";

export type ClaimRow = Selectable<InsuranceTables["insurance_claim"]>;
export type CoverageRow = Selectable<InsuranceTables["insurance_coverage"]>;
export type ClaimKey = Pick<ClaimRow, "order_id" | "at">;
export type MessageKey = Pick<InsuranceTables["insurance_message"], "id" | "at">;

type Write = Transaction<InsuranceTables>;
type Read = QueryCreator<InsuranceTables>;

/** One statement, so that processes at the same institution take turns on the row. */
export async function advanceMessageNumber(
  tx: Write,
  institutionCode: string,
  floor: bigint,
): Promise<bigint | null> {
  const row = await tx.updateTable("insurance_message_number")
    .set({ last: sql<bigint>`greatest(last + 1, ${floor})` })
    .where("institution_code", "=", institutionCode)
    .returning("last")
    .executeTakeFirst();
  return row?.last ?? null;
}

export interface SignInKey {
  readonly institutionCode: string;
  readonly operatorNumber: string;
}

export async function findSignNo(db: Read, key: SignInKey, day: string): Promise<string | null> {
  const row = await db.selectFrom("insurance_sign_in").select("sign_no")
    .where("institution_code", "=", key.institutionCode)
    .where("operator_number", "=", key.operatorNumber)
    .where("day", "=", day)
    .executeTakeFirst();
  return row?.sign_no ?? null;
}

export async function saveSignIn(
  tx: Write,
  key: SignInKey,
  signed: { readonly day: string; readonly signNo: string },
): Promise<void> {
  await deleteSignIn(tx, key);
  await insertIfAbsent(tx, "insurance_sign_in", {
    institution_code: key.institutionCode,
    operator_number: key.operatorNumber,
    day: signed.day,
    sign_no: signed.signNo,
  }, ["institution_code", "operator_number"]);
}

export async function deleteSignIn(tx: Write, key: SignInKey): Promise<void> {
  await tx.deleteFrom("insurance_sign_in")
    .where("institution_code", "=", key.institutionCode)
    .where("operator_number", "=", key.operatorNumber)
    .execute();
}

export async function insertMessage(
  tx: Write,
  message: {
    readonly institutionId: string;
    readonly orderId: string | null;
    readonly msgid: string;
    readonly infno: string;
    readonly now: Date;
  },
): Promise<MessageKey> {
  const id = newId(message.now);
  const key = { id, at: timeOfId(id) };
  const row = tx.insertInto("insurance_message").values({
    ...key,
    institution_id: message.institutionId,
    order_id: message.orderId,
    msgid: message.msgid,
    infno: message.infno,
    state: "sent",
    outcome: null,
    infcode: null,
    refmsgid: null,
    sent_at: message.now,
    answered_at: null,
  });
  await hurry(tx, row);
  return key;
}

export async function answerMessage(
  tx: Write,
  key: MessageKey,
  answer: {
    readonly outcome: "done" | "refused" | "not_sent" | "unknown";
    readonly infcode: string | null;
    readonly refmsgid: string | null;
    readonly answered_at: Date;
  },
): Promise<void> {
  await hurry(
    tx,
    tx.updateTable("insurance_message").set({ ...answer, state: "answered" })
      .where("id", "=", key.id).where("at", "=", key.at),
  );
}

/** A settlement is asked for within this time of its order. */
const SETTLE_WITHIN_MS = 48 * 3_600_000;
/** Processes' clocks differ. */
const BEFORE_MS = 3_600_000;

/** msgid of the last 2207 that was sent for an order; by its id, which begins with its time. */
export async function findSettleMessageId(
  db: Read,
  { order_id, at }: ClaimKey,
): Promise<string | null> {
  const from = new Date(at.getTime() - BEFORE_MS);
  const until = new Date(at.getTime() + SETTLE_WITHIN_MS);
  const row = await db.selectFrom("insurance_message").select("msgid")
    .where("id", ">=", newId(from)).where("id", "<", newId(until))
    .where("at", ">=", from).where("at", "<", until)
    .where("order_id", "=", order_id).where("infno", "=", "2207")
    .orderBy("id", "desc").executeTakeFirst();
  return row?.msgid ?? null;
}

/** The latest check of an identification counts: a token read again replaces the old one. */
export async function saveCoverage(tx: Write, coverage: CoverageRow): Promise<void> {
  const keys = ["identification_id", "at"] as const;
  if (await insertIfAbsent(tx, "insurance_coverage", coverage, keys)) return;
  await tx.updateTable("insurance_coverage").set(coverage)
    .where("identification_id", "=", coverage.identification_id)
    .where("at", "=", coverage.at)
    .execute();
}

export async function findCoverage(
  db: Read,
  identificationId: string,
): Promise<CoverageRow | null> {
  const row = await db.selectFrom("insurance_coverage").selectAll()
    .where("identification_id", "=", identificationId)
    .where("at", "=", timeOfId(identificationId))
    .executeTakeFirst();
  return row ?? null;
}

export async function insertClaim(
  tx: Write,
  tags: RowTags,
  claim: Omit<ClaimRow, "tag">,
): Promise<ClaimRow> {
  const row = { ...claim, tag: await tagOf(tags, CLAIM_TAGGED, claim) };
  await insertIfAbsent(tx, "insurance_claim", row, ["order_id", "at"]);
  return row;
}

export async function findClaimRoute(db: Read, key: ClaimKey): Promise<InsuranceRoute | null> {
  const row = await db.selectFrom("insurance_claim").select("route")
    .where("order_id", "=", key.order_id).where("at", "=", key.at)
    .executeTakeFirst();
  return row?.route ?? null;
}

export async function findClaimRow(db: Read, key: ClaimKey): Promise<ClaimRow | null> {
  const row = await db.selectFrom("insurance_claim").selectAll()
    .where("order_id", "=", key.order_id).where("at", "=", key.at)
    .executeTakeFirst();
  return row ?? null;
}

/** Of what the tag is not over: how far the asking has come. */
export async function updateProgress(
  tx: Write,
  key: ClaimKey,
  change:
    & Partial<Omit<ClaimRow, (typeof CLAIM_TAGGED)["columns"][number] | "tag">>
    & { readonly changed_at: Date },
): Promise<void> {
  await hurry(
    tx,
    tx.updateTable("insurance_claim").set(change)
      .where("order_id", "=", key.order_id).where("at", "=", key.at),
  );
}

export type ClaimChange = Partial<Omit<ClaimRow, "order_id" | "at" | "tag">> & {
  readonly changed_at: Date;
};

/**
 * Changes what was settled. `claim` is the row as it was read; when another ask has written to it
 * since, the change goes on top of that, never under a tag of the row as it was.
 */
export async function updateClaim(
  tx: Write,
  tags: RowTags,
  { claim, change }: { readonly claim: ClaimRow; readonly change: ClaimChange },
): Promise<ClaimRow> {
  const after = await changedClaim(tx, tags, { claim, change });
  if (await replaceTag(tx, claim, { change, tag: after.tag })) return after;
  const present = await tx.selectFrom("insurance_claim").selectAll()
    .where("order_id", "=", claim.order_id).where("at", "=", claim.at).forUpdate()
    .executeTakeFirst();
  invariant(present !== undefined, "a claim that was read stays in the books");
  const now = await changedClaim(tx, tags, { claim: present, change });
  invariant(
    await replaceTag(tx, present, { change, tag: now.tag }),
    "a claim under its row lock is changed by nobody else",
  );
  return now;
}

async function changedClaim(
  tx: Write,
  tags: RowTags,
  { claim, change }: { readonly claim: ClaimRow; readonly change: ClaimChange },
): Promise<ClaimRow> {
  const after = { ...claim, ...change };
  return {
    ...after,
    tag: await tagAfter(tx, tags, { tagged: CLAIM_TAGGED, before: claim, after }),
  };
}

/** False when the row has another tag than `claim`. */
async function replaceTag(
  tx: Write,
  claim: ClaimRow,
  { change, tag }: { readonly change: ClaimChange; readonly tag: Uint8Array | null },
): Promise<boolean> {
  const result = await tx.updateTable("insurance_claim").set({ ...change, tag })
    .where("order_id", "=", claim.order_id).where("at", "=", claim.at)
    .where("tag", claim.tag === null ? "is" : "=", claim.tag)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export async function selectCoverages(
  db: Read,
  identifications: readonly RowKey[],
): Promise<CoverageRow[]> {
  return await byKeys(
    identifications,
    (ids, times) =>
      db.selectFrom("insurance_coverage").selectAll()
        .where("identification_id", "in", ids).where("at", "in", times)
        .orderBy("identification_id").execute(),
  );
}

export async function deleteCoverages(
  tx: Write,
  identifications: readonly RowKey[],
): Promise<number> {
  const deleted = await byKeys(identifications, (ids, times) =>
    tx.deleteFrom("insurance_coverage")
      .where("identification_id", "in", ids).where("at", "in", times)
      .returning("at").execute());
  return deleted.length;
}

export async function selectClaims(db: Read, orders: readonly RowKey[]): Promise<ClaimRow[]> {
  return await byKeys(orders, (ids, times) =>
    db.selectFrom("insurance_claim").selectAll()
      .where("order_id", "in", ids).where("at", "in", times).orderBy("order_id").execute());
}
