import type { Transaction } from "kysely";
import type { RowTags } from "../../platform/row_tags.ts";
import { type ClaimChange, type ClaimKey, findClaimRow, updateClaim } from "./store.ts";
import type { InsuranceTables } from "./tables.ts";

export interface StatedClaim {
  readonly key: ClaimKey;
  readonly outcome: "done" | "not_done" | "undone";
  /** The centre's number of the settlement, or of its voiding. */
  readonly reference: string;
  /** What was quoted, and is taken for settled. */
  readonly split: {
    readonly total: bigint;
    readonly fund: bigint;
    readonly account: bigint;
    readonly other: bigint;
    readonly cash: bigint;
  } | null;
}

/** Two of the staff state what became of a claim that the centre does not tell. */
export async function recordStatedClaim(
  tx: Transaction<InsuranceTables>,
  stated: StatedClaim,
  { now, tags }: { readonly now: Date; readonly tags: RowTags },
): Promise<void> {
  const claim = await findClaimRow(tx, stated.key);
  if (claim) await updateClaim(tx, tags, { claim, change: changeOf(stated, now) });
}

function changeOf({ outcome, reference, split }: StatedClaim, now: Date): ClaimChange {
  switch (outcome) {
    case "done":
      return {
        setl_id: reference,
        total_fen: split?.total ?? null,
        fund_fen: split?.fund ?? null,
        account_fen: split?.account ?? null,
        other_fen: split?.other ?? null,
        cash_fen: split?.cash ?? null,
        changed_at: now,
      };
    case "not_done":
      return { settle_msgid: null, changed_at: now };
    case "undone":
      return { void_setl_id: reference, voided_at: now, changed_at: now };
  }
}
