import type {
  MedicalRefund,
  MixOrderRequest,
} from "../../../gateways/mobile_insurance/wallet_client.ts";
import { chinaTime } from "../../../platform/clock.ts";
import { timeOfId } from "../../../platform/ids.ts";
import { isUnchanged } from "../../../platform/tagged_table.ts";
import { openPerson } from "../claim.ts";
import { type ClaimRow, findClaimRow, findCoverage } from "../store.ts";
import { CLAIM_TAGGED } from "../tables.ts";
import type { MobileAdapterDeps } from "./mobile_adapter.ts";
import { medOrgOrd } from "./mobile_data.ts";
import { digestOf } from "./settle_mobile.ts";
import {
  findMobileOrder,
  isMobileOrderWhole,
  type MobileOrderRow,
  updateMobileOrder,
} from "./store.ts";

/** The order at the centre that a tender's cash belongs to, for the channel that pays it. */

export type MixDeps = Pick<MobileAdapterDeps, "db" | "clock" | "tags" | "sealer" | "personOf"> & {
  readonly institutionOf: (
    institutionId: string,
  ) => Promise<{ readonly name: string; readonly code: string; readonly cityId: string }>;
};

export interface MixOrderKey {
  readonly orderId: string;
  readonly institutionId: string;
  readonly outTradeNo: string;
}

/**
 * What the wallet is asked for: cash with insurance, or cash alone where insurance has settled
 * already. Null: the order is not at the centre, or nobody is known to pay it; "changed": somebody
 * wrote into the books, so nobody knows what it is to be.
 */
export async function mixOrderOf(
  deps: MixDeps,
  { orderId, institutionId, outTradeNo }: MixOrderKey,
): Promise<MixOrderRequest | null | "changed"> {
  const found = await findMix(deps, orderId);
  if (found && !await areWhole(deps, found)) return "changed";
  const coverage = found && await findCoverage(deps.db, found.claim.identification_id);
  const person = found && await deps.personOf(found.claim.identification_id);
  if (!found || !coverage || !person) return null;
  const { claim, row } = found;
  const insured = await openPerson(deps.sealer, coverage);
  const isSettled = claim.setl_id !== null && claim.voided_at === null;
  return {
    mixPayType: isSettled ? "CASH_ONLY" : "CASH_AND_INSURANCE",
    outTradeNo,
    serialNo: medOrgOrd(orderId),
    payOrderId: row.pay_ord_id,
    payAuthNo: insured.certificateNumber,
    payer: { name: person.name, idDigest: digestOf(person.idNumber) },
    institution: await deps.institutionOf(institutionId),
    createdAt: deps.clock.now().toISOString(),
    ...(isSettled ? settledParts(claim) : quotedParts(row)),
  };
}

/** Committed before the wallet is asked, and taken back when it will never pay. */
export async function markMix(
  { db, clock, tags }: Pick<MixDeps, "db" | "clock" | "tags">,
  orderId: string,
  kind: MobileOrderRow["mix_kind"],
): Promise<void> {
  await db.transaction().execute((tx) =>
    updateMobileOrder(tx, tags, {
      key: { order_id: orderId, at: timeOfId(orderId) },
      change: { mix_kind: kind, changed_at: clock.now() },
    })
  );
}

/** What insurance gave back, once it did, for the wallet to show beside the cash. */
export async function medicalRefundOf(
  deps: Pick<MixDeps, "db" | "clock">,
  { orderId, outRefundNo }: { readonly orderId: string; readonly outRefundNo: string },
): Promise<MedicalRefund | null> {
  const claim = await findClaimRow(deps.db, { order_id: orderId, at: timeOfId(orderId) });
  if (!claim || claim.voided_at === null || claim.setl_id === null) return null;
  return {
    outRefundNo,
    refundTime: chinaTime(deps.clock.now()),
    fundFen: claim.fund_fen ?? 0n,
    accountFen: claim.account_fen ?? 0n,
    otherFen: claim.other_fen ?? 0n,
  };
}

interface FoundMix {
  readonly claim: ClaimRow;
  readonly row: MobileOrderRow;
}

async function areWhole({ db, tags }: MixDeps, { claim, row }: FoundMix): Promise<boolean> {
  return await isMobileOrderWhole(db, tags, row) &&
    await isUnchanged(db, tags, { tagged: CLAIM_TAGGED, row: claim });
}

async function findMix(
  { db }: Pick<MixDeps, "db">,
  orderId: string,
): Promise<FoundMix | null> {
  const key = { order_id: orderId, at: timeOfId(orderId) };
  const claim = await findClaimRow(db, key);
  const row = await findMobileOrder(db, key);
  return claim && row && row.quoted_cash_fen !== null ? { claim, row } : null;
}

type Parts = Pick<MixOrderRequest, "totalFen" | "fundFen" | "accountFen" | "otherFen" | "cashFen">;

function settledParts(claim: ClaimRow): Parts {
  return parts(claim.fund_fen, claim.account_fen, [claim.other_fen, claim.cash_fen]);
}

function quotedParts(row: MobileOrderRow): Parts {
  return parts(row.quoted_fund_fen, row.quoted_account_fen, [
    row.quoted_other_fen,
    row.quoted_cash_fen,
  ]);
}

function parts(
  fund: bigint | null,
  account: bigint | null,
  [other, cash]: readonly [bigint | null, bigint | null],
): Parts {
  const [fundFen, accountFen, otherFen, cashFen] = [
    fund ?? 0n,
    account ?? 0n,
    other ?? 0n,
    cash ?? 0n,
  ];
  const totalFen = fundFen + accountFen + otherFen + cashFen;
  return { totalFen, fundFen, accountFen, otherFen, cashFen };
}
