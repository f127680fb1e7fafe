import type { QueryCreator, Transaction } from "kysely";
import type { RowTags } from "../../../platform/row_tags.ts";
import { tagAfter, tagOf } from "../../../platform/tagged_table.ts";
import { insertIfAbsent } from "../../../platform/upsert.ts";
import type { ClaimKey } from "../store.ts";
import { CHOICE_TAGGED, type InsuranceTables } from "../tables.ts";

export type ChoiceRow = InsuranceTables["insurance_choice"];

export async function findChoice(
  db: QueryCreator<InsuranceTables>,
  key: ClaimKey,
): Promise<ChoiceRow | null> {
  const row = await db.selectFrom("insurance_choice").selectAll()
    .where("order_id", "=", key.order_id).where("at", "=", key.at)
    .executeTakeFirst();
  return row ?? null;
}

/** Of a claim; null before there is one. */
export async function findAccounts(
  db: QueryCreator<InsuranceTables>,
  key: ClaimKey,
): Promise<
  | Pick<InsuranceTables["insurance_claim"], "setl_id" | "balance_fen">
    & { readonly relative_fen: bigint | null }
  | null
> {
  const row = await db.selectFrom("insurance_claim as claim")
    .leftJoin(
      "insurance_choice as choice",
      (join) => join.on("choice.order_id", "=", key.order_id).on("choice.at", "=", key.at),
    )
    .select(["claim.setl_id", "claim.balance_fen", "choice.relative_fen"])
    .where("claim.order_id", "=", key.order_id).where("claim.at", "=", key.at)
    .executeTakeFirst();
  return row ?? null;
}

export async function insertChoice(
  tx: Transaction<InsuranceTables>,
  tags: RowTags,
  choice: Omit<ChoiceRow, "tag">,
): Promise<void> {
  const row = { ...choice, tag: await tagOf(tags, CHOICE_TAGGED, choice) };
  await insertIfAbsent(tx, "insurance_choice", row, ["order_id", "at"]);
}

export async function updateRelativePart(
  tx: Transaction<InsuranceTables>,
  tags: RowTags,
  { choice, change }: {
    readonly choice: ChoiceRow;
    readonly change: Pick<ChoiceRow, "relative_fen" | "changed_at">;
  },
): Promise<void> {
  const after = { ...choice, ...change };
  const tag = await tagAfter(tx, tags, { tagged: CHOICE_TAGGED, before: choice, after });
  await tx.updateTable("insurance_choice").set({ ...change, tag })
    .where("order_id", "=", choice.order_id).where("at", "=", choice.at)
    .execute();
}
