import type { QueryCreator } from "kysely";
import { asFen } from "../../platform/money.ts";
import type { ClaimSplit } from "./claim_visit.ts";
import { findClaimRow, findCoverage } from "./store.ts";
import { schemeName } from "./coverage.ts";
import type { InsuranceTables } from "./tables.ts";

/** What a receipt says of a settlement. */
export interface ClaimSummary {
  readonly settlementId: string;
  readonly mdtrtId: string | null;
  readonly schemeName: string | null;
  readonly split: ClaimSplit;
  readonly voided: boolean;
}

export async function findClaim(
  db: QueryCreator<InsuranceTables>,
  order: { readonly orderId: string; readonly at: Date },
): Promise<ClaimSummary | null> {
  const claim = await findClaimRow(db, { order_id: order.orderId, at: order.at });
  if (!claim || claim.setl_id === null) return null;
  const coverage = await findCoverage(db, claim.identification_id);
  return {
    settlementId: claim.setl_id,
    mdtrtId: claim.mdtrt_id,
    schemeName: coverage && schemeName(coverage.insutype),
    split: {
      total: asFen(claim.total_fen ?? 0n),
      fund: asFen(claim.fund_fen ?? 0n),
      account: asFen(claim.account_fen ?? 0n),
      other: asFen(claim.other_fen ?? 0n),
      cash: asFen(claim.cash_fen ?? 0n),
      balance: claim.balance_fen === null ? null : asFen(claim.balance_fen),
    },
    voided: claim.voided_at !== null,
  };
}
