import type { InpatientAccount } from "../../gateways/his/wire/inpatient.ts";
import { DomainError } from "../../platform/errors.ts";
import { parseYuan } from "../../platform/money.ts";
import { findOrder } from "../checkout/find_order.ts";
import { type Order, ORDER_CHANGED } from "../checkout/order.ts";
import type { RefundDeps } from "../refund/find_refundable.ts";
import { findDepositStanding } from "../refund/give_deposit_back.ts";
import type { DischargeBar } from "./contract.ts";
import { type RefundShare, splitRefund } from "./split_refund.ts";

/** One deposit that some of what is due may go back to. */
export interface ReturnableDeposit {
  readonly order: Order;
  readonly leftFen: bigint;
  /** The order's last refund, seen to have ended. */
  readonly last: string | null;
}

export interface DischargePlan {
  readonly dueFen: bigint;
  readonly shares: readonly RefundShare<ReturnableDeposit>[];
  readonly elsewhereFen: bigint;
  readonly bars: readonly DischargeBar[];
  /** Another has to approve it before it begins. */
  readonly needsApproval: boolean;
}

export interface Whose {
  readonly patientId: string;
  readonly institutionId: string;
  /** Fen that go back here at most; null for no limit. */
  readonly fenMax: bigint | null;
  /** Beyond so many fen another has to approve it; null where nobody asks for others. */
  readonly approvalOverFen: bigint | null;
}

/** A payment goes back in at most so many parts at once; the rest is told as paid out elsewhere. */
const PARTS_MAX = 20;

/**
 * How what HIS says is due goes back: over the patient's own deposits that HIS names and our books
 * hold, newest first, each the way it was paid (R-REF-07). Null while the stay is not settled.
 */
export async function planDischarge(
  deps: RefundDeps,
  { refund }: InpatientAccount,
  whose: Whose,
): Promise<DischargePlan | null> {
  if (refund === null) return null;
  const dueFen = parseYuan(refund.due);
  const named = [...refund.deposits]
    .sort((left, right) => left.postingId < right.postingId ? 1 : -1);
  const deposits: ReturnableDeposit[] = [];
  let isBusy = false;
  let found = 0n;
  for (const { postingId, left } of named) {
    if (found >= dueFen || deposits.length >= PARTS_MAX) break;
    const deposit = await depositOf(deps, postingId, whose);
    if (deposit === "busy") isBusy = true;
    if (deposit === "busy" || deposit === null) continue;
    const hisLeft = parseYuan(left);
    const leftFen = hisLeft < deposit.leftFen ? hisLeft : deposit.leftFen;
    if (leftFen <= 0n) continue;
    deposits.push({ ...deposit, leftFen });
    found += leftFen;
  }
  const { shares, elsewhereFen } = splitRefund(dueFen, deposits);
  const hereFen = dueFen - elsewhereFen;
  const { fenMax, approvalOverFen } = whose;
  const bars = barsOf({ dueFen, hereFen, isBusy, fenMax });
  const needsApproval = approvalOverFen !== null && hereFen > approvalOverFen;
  return { dueFen, shares, elsewhereFen, bars, needsApproval };
}

/** A deposit of somebody else, of another place, or that does not stand is as if HIS had not named it. */
async function depositOf(
  deps: RefundDeps,
  id: string,
  whose: Whose,
): Promise<ReturnableDeposit | "busy" | null> {
  try {
    const order = await findOrder(deps, id);
    if (order?.payable.kind !== "deposit" || order.institutionId !== whose.institutionId) {
      return null;
    }
    const { patientId } = await deps.patientIdsOf(order.identificationId);
    if (patientId !== whose.patientId) return null;
    const found = await findDepositStanding(deps, order);
    if (!found) return null;
    if (found.isBusy) return "busy";
    const leftFen = (order.saga.quote?.cash ?? 0n) - found.standing.givenFen;
    return { order, leftFen, last: found.last };
  } catch (thrown) {
    // Rows that somebody changed, or details that were erased: people pay it out.
    const isKnown = thrown instanceof DomainError &&
      [ORDER_CHANGED, "refund.details_erased"].includes(thrown.code);
    if (isKnown) return null;
    throw thrown;
  }
}

function barsOf(
  { dueFen, hereFen, isBusy, fenMax }: {
    readonly dueFen: bigint;
    readonly hereFen: bigint;
    readonly isBusy: boolean;
    readonly fenMax: bigint | null;
  },
): DischargeBar[] {
  if (isBusy) return ["in_another_refund"];
  if (dueFen <= 0n) return ["nothing_due"];
  if (hereFen <= 0n) return ["not_paid_here"];
  return fenMax !== null && hereFen > fenMax ? ["over_limit"] : [];
}
