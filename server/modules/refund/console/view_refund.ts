import type { Kysely } from "kysely";
import { type Caller, scopeOf } from "../../access/caller.ts";
import { accountNames } from "../../access/accounts/account_names.ts";
import { findOrganisationIn } from "../../access/organisations/store.ts";
import type { AccessTables } from "../../access/tables.ts";
import { openEvidence } from "../../checkout/act_evidence.ts";
import { watchStated } from "../../checkout/return_stated.ts";
import type { Leg, SagaRules } from "../../checkout/saga.ts";
import { orderRules } from "../../checkout/order.ts";
import { findOrder } from "../../checkout/find_order.ts";
import type { CheckoutTables } from "../../checkout/tables.ts";
import { readRefund, type ReadRefundDeps } from "../read_refund.ts";
import { openWritten, type Written } from "../written.ts";
import { type ActRow, type RequestRow, selectActs } from "../store.ts";
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
  const names = await accountNames({ db, sealer: refunds.sealer }, [row, ...acts].flatMap(whoIn));
  const nameOf = (id: string | null) => names.get(id) ?? null;
  const isForCaller = await mayReadOrders(db, caller, row.institution_id);
  const open = (column: Written) => isForCaller ? openWritten(refunds.sealer, column, row) : null;
  return {
    refund: await readRefund(refunds, row),
    note: await open("note"),
    decisionNote: await open("decision_note"),
    accountId: row.account_id,
    askedByName: nameOf(row.account_id),
    decidedByName: nameOf(row.decided_by),
    decidedAt: row.decided_at?.toISOString() ?? null,
    acts: await Promise.all(acts.map(async (act) => ({
      id: act.id,
      kind: act.kind,
      state: act.state,
      amountFen: act.amount_fen?.toString() ?? null,
      evidence: isForCaller ? await openEvidence(refunds.sealer, "refund_act.evidence", act) : null,
      askedBy: act.asked_by,
      askedByName: nameOf(act.asked_by),
      askedAt: act.asked_at.toISOString(),
      decidedByName: nameOf(act.decided_by),
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
  if (!refund?.saga.legs.some(({ stated }) => stated)) return [];
  const rules = orderRules(await refunds.siteOf(refund), refund);
  return refund.saga.legs.flatMap((leg) => {
    const { kind, stated } = leg;
    const part = kind === "cash_return" ? "cash" as const : "insurance" as const;
    if (!stated) return [];
    const { outcome, answer, reference: actId } = stated;
    return [{ part, outcome, answer, actId, nextAskAt: nextAskOf(refunds, leg, rules) }];
  });
}

/** What is due goes with the next look at the order. */
function nextAskOf({ clock }: ReadRefundDeps, leg: Leg, rules: SagaRules): string | null {
  const next = watchStated(leg, rules);
  if (next?.kind !== "ask") return null;
  return new Date(Math.max(next.notBefore, clock.now().getTime())).toISOString();
}

function whoIn(
  of: Pick<RequestRow, "account_id" | "decided_by"> | Pick<ActRow, "asked_by" | "decided_by">,
): (string | null)[] {
  return ["account_id" in of ? of.account_id : of.asked_by, of.decided_by];
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
