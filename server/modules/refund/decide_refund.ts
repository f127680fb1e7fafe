import { DomainError } from "../../platform/errors.ts";
import type { Caller } from "../access/caller.ts";
import { createRefund, type NewRefund } from "../checkout/create_refund.ts";
import type { Order } from "../checkout/order.ts";
import { depositFigures, refundFigures } from "../checkout/refund_figures.ts";
import { refundDecided } from "./audit_events.ts";
import { findRefundable, type RefundDeps } from "./find_refundable.ts";
import { findDepositStanding } from "./give_deposit_back.ts";
import { getRequest, requireOrder } from "./read_refund.ts";
import { barOf, requireUnbarred, withRefunds } from "./request_refund.ts";
import { isAsWritten, lockRequest, type RequestRow, updateRequest } from "./store.ts";
import type { Tx } from "./tables.ts";
import { sealWritten } from "./written.ts";

export interface RefundDecision {
  readonly id: string;
  readonly verdict: "approved" | "rejected" | "withdrawn";
  readonly note: string | null;
}

/**
 * What waits is decided by another than who asked for it; only he withdraws it. Approved, it is
 * judged once more as things stand now and begins in the same transaction.
 */
export async function decideRefund(
  deps: RefundDeps,
  caller: Caller,
  decision: RefundDecision,
): Promise<void> {
  const row = await getRequest(deps, decision.id);
  if (decision.verdict === "approved") return await approve(deps, caller, { row, decision });
  await deps.db.transaction().execute((tx) => settle(deps, tx, { caller, decision }));
}

async function approve(
  deps: RefundDeps,
  caller: Caller,
  { row, decision }: { readonly row: RequestRow; readonly decision: RefundDecision },
): Promise<void> {
  requireDecidable(row, caller, decision);
  const { standing, figures, where } = await judgeAnew(deps, row);
  if (figures.valueFen !== row.value_fen) {
    throw new DomainError("refund.figures_changed", "Cannot approve: it costs other than asked");
  }
  await createRefund(deps, {
    id: row.id,
    standing,
    figures,
    where,
    digest: row.request_digest,
    async alongside(tx) {
      await settle(deps, withRefunds(tx), { caller, decision });
      return true;
    },
  });
}

async function judgeAnew(
  deps: RefundDeps,
  row: RequestRow,
): Promise<Pick<NewRefund, "standing" | "figures" | "where">> {
  const order = await requireOrder(deps, row.order_id);
  if (row.why === "discharged") return await judgeDeposit(deps, row, order);
  const found = await findRefundable(deps, order, { by: "staff", except: row.id });
  const lines: number[] | null = row.lines === null ? null : JSON.parse(row.lines);
  const standing = requireUnbarred(found, lines);
  return { standing, figures: refundFigures(standing, lines), where: found.where };
}

/** By our books; whether it is still due HIS says, which may refuse it without trace. */
async function judgeDeposit(
  deps: RefundDeps,
  row: RequestRow,
  order: Order,
): Promise<Pick<NewRefund, "standing" | "figures" | "where">> {
  const found = await findDepositStanding(deps, order, row.id);
  if (!found || found.isBusy || found.last !== row.id) throw barOf("in_another_refund");
  const { standing } = found;
  return {
    standing,
    figures: depositFigures(standing, row.value_fen),
    where: await deps.siteOf(order),
  };
}

async function settle(
  { tags, clock, audit, sealer }: RefundDeps,
  tx: Tx,
  { caller, decision }: { readonly caller: Caller; readonly decision: RefundDecision },
): Promise<void> {
  const { id, verdict, note } = decision;
  const row = await lockRequest(tx, id);
  if (!row) throw new DomainError("refund.not_found", `Cannot find refund "${id}"`);
  requireDecidable(row, caller, decision);
  if (verdict === "approved" && !await isAsWritten(tx, tags, row)) {
    throw new DomainError(
      "refund.record_changed",
      "Cannot approve: the request is not as the platform wrote it",
      { retry: "ask_operator" },
    );
  }
  const now = clock.now();
  const change = {
    state: verdict === "approved" ? "begun" as const : verdict,
    decided_by: caller.accountId,
    decided_at: now,
    decision_note_sealed: await sealWritten(sealer, "decision_note", note),
    changed_at: now,
  };
  await updateRequest(tx, tags, { before: row, change });
  await audit.record(tx, caller.actor, [refundDecided(row, verdict)]);
}

function requireDecidable(row: RequestRow, caller: Caller, { verdict }: RefundDecision): void {
  if (row.state !== "asked") {
    throw new DomainError("refund.decided", "Cannot decide: it was decided before");
  }
  const isOwn = row.account_id === caller.accountId;
  if (isOwn !== (verdict === "withdrawn")) {
    throw new DomainError("refund.own_request", "Cannot decide on one's own request", {
      retry: "never",
    });
  }
}
