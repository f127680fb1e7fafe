import type { QueryCreator, Transaction } from "kysely";
import type { Settlement } from "../../../gateways/insurance/wire.ts";
import { type ClaimDeps, claimKey, type ClaimPlan } from "../claim.ts";
import type { InsuranceTables } from "../tables.ts";
import { findAccounts, findChoice, insertChoice, updateRelativePart } from "./store.ts";

/**
 * Keeps what of the account part came out of a relative's account (acct_mulaid_pay), also where the
 * centre took it by a binding of its own.
 */
export async function keepRelativePart(
  tx: Transaction<InsuranceTables>,
  { tags, clock }: Pick<ClaimDeps, "tags" | "clock">,
  of: { readonly plan: ClaimPlan; readonly settlement: Settlement },
): Promise<void> {
  const { context } = of.plan;
  const { acct_mulaid_pay: part } = of.settlement;
  const key = claimKey(context);
  const choice = await findChoice(tx, key);
  const change = { relative_fen: part, changed_at: clock.now() };
  if (choice !== null) {
    if (choice.relative_fen !== part) await updateRelativePart(tx, tags, { choice, change });
    return;
  }
  if (part === 0n) return;
  const institution_id = context.institutionId;
  const chosen = { consent_id: null, insutype: null };
  await insertChoice(tx, tags, { ...key, institution_id, ...chosen, ...change });
}

/** What a screen and a receipt say beside the split. */
export interface ClaimAccounts {
  /** Of the patient's own account after the settlement; null before it. */
  readonly balance: bigint | null;
  /** The relative's part of the account part (共济); null where no relative pays. */
  readonly relative: bigint | null;
}

export async function findClaimAccounts(
  db: QueryCreator<InsuranceTables>,
  order: { readonly orderId: string; readonly at: Date },
): Promise<ClaimAccounts> {
  const found = await findAccounts(db, { order_id: order.orderId, at: order.at });
  return {
    balance: found?.setl_id ? found.balance_fen : null,
    relative: found?.relative_fen ?? null,
  };
}
