import type { Kysely } from "kysely";
import { type Caller, scopeOf } from "../../access/caller.ts";
import { findOrganisationIn } from "../../access/organisations/store.ts";
import type { AccessTables } from "../../access/tables.ts";
import { openEvidence } from "../../checkout/act_evidence.ts";
import { findOrder } from "../../checkout/find_order.ts";
import type { CheckoutTables } from "../../checkout/tables.ts";
import { readRefund, type ReadRefundDeps } from "../read_refund.ts";
import { openWritten, type Written } from "../written.ts";
import { type RequestRow, selectActs } from "../store.ts";
import type { RefundTables } from "../tables.ts";
import type { ConsoleRefund } from "./contract.ts";

export interface RefundConsoleDeps {
  readonly db: Kysely<RefundTables & AccessTables & CheckoutTables>;
  readonly refunds: ReadRefundDeps;
}

/** A refund as staff sees it. */
export async function viewRefundOf(
  { db, refunds }: RefundConsoleDeps,
  caller: Caller,
  row: RequestRow,
): Promise<ConsoleRefund> {
  const acts = await selectActs(refunds.db, row.id);
  const isForCaller = await mayReadOrders(db, caller, row.institution_id);
  const open = (column: Written) => isForCaller ? openWritten(refunds.sealer, column, row) : null;
  return {
    refund: await readRefund(refunds, row),
    note: await open("note"),
    decisionNote: await open("decision_note"),
    accountId: row.account_id,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at?.toISOString() ?? null,
    acts: await Promise.all(acts.map(async (act) => ({
      id: act.id,
      kind: act.kind,
      state: act.state,
      amountFen: act.amount_fen?.toString() ?? null,
      evidence: isForCaller ? await openEvidence(refunds.sealer, "refund_act.evidence", act) : null,
      askedBy: act.asked_by,
      askedAt: act.asked_at.toISOString(),
      decidedBy: act.decided_by,
      decidedAt: act.decided_at?.toISOString() ?? null,
    }))),
    statements: row.state === "begun" ? await statementsOf(refunds, row.id) : [],
  };
}

async function statementsOf(
  refunds: ReadRefundDeps,
  id: string,
): Promise<ConsoleRefund["statements"]> {
  const refund = await findOrder(refunds, id);
  return (refund?.saga.legs ?? []).flatMap(({ kind, stated }) => {
    const part = kind === "cash_return" ? "cash" as const : "insurance" as const;
    return stated ? [{ part, outcome: stated.outcome, answer: stated.answer }] : [];
  });
}

/** What staff writes may name people: who may not see the order does not read it. */
async function mayReadOrders(
  db: RefundConsoleDeps["db"],
  caller: Caller,
  institutionId: string,
): Promise<boolean> {
  const scope = scopeOf(caller, "order.read");
  return await findOrganisationIn(db, { id: institutionId, scope }) !== null;
}
