import { DomainError } from "../../platform/errors.ts";
import type { Caller } from "../access/caller.ts";
import { areSame, openEvidence, sealEvidence } from "../checkout/act_evidence.ts";
import { actOnRefund, mayPayOut, postPaidOut, standingLeg } from "../checkout/act_on_refund.ts";
import { findOrder } from "../checkout/find_order.ts";
import { type Order, orderRules } from "../checkout/order.ts";
import { legOfKind } from "../checkout/saga.ts";
import { actAsked, actDecided } from "./audit_events.ts";
import type { RefundDeps } from "./find_refundable.ts";
import { getRequest } from "./read_refund.ts";
import { withRefunds } from "./request_refund.ts";
import {
  type ActRow,
  insertAct,
  isActAsWritten,
  lockAct,
  type RequestRow,
  updateAct,
} from "./store.ts";
import type { Tx } from "./tables.ts";

export interface WantedAct {
  readonly id: string;
  readonly refundId: string;
  readonly kind: ActRow["kind"];
  /** What shows that it is right: the bank's letter, the centre's slip, the receipt signed for. */
  readonly evidence: string;
}

const EVIDENCE = "refund_act.evidence";

/** One person asks with evidence; nothing happens until another decides. Once for one id. */
export async function requestAct(
  deps: RefundDeps,
  caller: Caller,
  wanted: WantedAct,
): Promise<void> {
  const request = await getRequest(deps, wanted.refundId);
  const refund = await requireBegun(deps, request);
  const amount = await amountOf(deps, refund, wanted.kind);
  const evidence = await sealEvidence(deps.sealer, EVIDENCE, wanted.evidence);
  await deps.db.transaction().execute(async (tx) => {
    const row = {
      id: wanted.id,
      refund_id: wanted.refundId,
      institution_id: request.institution_id,
      kind: wanted.kind,
      amount_fen: amount,
      ...evidence,
      asked_by: caller.accountId,
      asked_at: deps.clock.now(),
      state: "asked" as const,
      decided_by: null,
      decided_at: null,
    };
    const known = await lockAct(tx, wanted.id);
    if (known) return requireSame(known, row);
    if (!await insertAct(tx, deps.tags, row)) {
      throw new DomainError("refund.act_waits", "Cannot ask: the same was asked for already");
    }
    await deps.audit.record(tx, caller.actor, [actAsked(row, request.order_id)]);
  });
}

/** By another than who asked; what is done is done once, whoever decides again. */
export async function decideAct(
  deps: RefundDeps,
  caller: Caller,
  { refundId, actId, verdict }: {
    readonly refundId: string;
    readonly actId: string;
    readonly verdict: "done" | "rejected";
  },
): Promise<void> {
  const request = await getRequest(deps, refundId);
  const refund = await requireBegun(deps, request);
  const settle = (tx: Tx) => settleAct(deps, tx, { caller, request, actId, verdict });
  if (verdict === "rejected") {
    await deps.db.transaction().execute(settle);
    return;
  }
  const kind = await deps.db.transaction().execute(async (tx) => {
    const act = await requireWaiting(tx, { refundId, actId, caller });
    if (act.kind !== "pay_out") return act.kind;
    await settle(tx);
    await postPaidOut(deps, tx, refund);
    return null;
  });
  if (kind === null) return;
  const alongside: Parameters<typeof actOnRefund>[1]["alongside"] = async (tx) => {
    await settle(withRefunds(tx));
  };
  await actOnRefund(deps, { refund, deed: kind, actId, alongside });
}

async function settleAct(
  deps: RefundDeps,
  tx: Tx,
  { caller, request, actId, verdict }: {
    readonly caller: Caller;
    readonly request: RequestRow;
    readonly actId: string;
    readonly verdict: "done" | "rejected";
  },
): Promise<void> {
  const act = await requireWaiting(tx, { refundId: request.id, actId, caller });
  if (verdict === "done" && !await isWhole(deps, tx, act)) {
    throw new DomainError("refund.record_changed", "Cannot act: it is not as it was asked for", {
      retry: "ask_operator",
    });
  }
  const change = { state: verdict, decided_by: caller.accountId, decided_at: deps.clock.now() };
  await updateAct(tx, deps.tags, { before: act, change });
  await deps.audit.record(tx, caller.actor, [actDecided(act, request.order_id, verdict)]);
}

/** Its row is as it was written, and its evidence is there. */
async function isWhole({ tags, sealer }: RefundDeps, tx: Tx, act: ActRow): Promise<boolean> {
  return await isActAsWritten(tx, tags, act) &&
    await openEvidence(sealer, EVIDENCE, act) !== null;
}

async function requireWaiting(
  tx: Tx,
  { refundId, actId, caller }: {
    readonly refundId: string;
    readonly actId: string;
    readonly caller: Caller;
  },
): Promise<ActRow> {
  const act = await lockAct(tx, actId);
  if (act?.refund_id !== refundId) {
    throw new DomainError("refund.not_found", `Cannot find act "${actId}"`);
  }
  if (act.state !== "asked") {
    throw new DomainError("refund.decided", "Cannot decide: it was decided before");
  }
  if (act.asked_by === caller.accountId) {
    throw new DomainError("refund.own_request", "Cannot decide on one's own request");
  }
  return act;
}

async function requireBegun(deps: RefundDeps, row: RequestRow): Promise<Order> {
  const refund = row.state === "begun" ? await findOrder(deps, row.id) : null;
  if (!refund) throw new DomainError("refund.wrong_state", "Cannot act: the refund never began");
  return refund;
}

/** Throws DomainError `refund.wrong_state` where there is nothing to act on. */
async function amountOf(
  { siteOf }: RefundDeps,
  refund: Order,
  kind: ActRow["kind"],
): Promise<bigint | null> {
  const cash = legOfKind(refund.saga, "cash_return");
  if (kind === "pay_out" && cash && mayPayOut(cash)) return cash.amount;
  const rules = orderRules(await siteOf(refund), refund);
  const leg = kind === "pay_out" ? null : standingLeg(refund, kind, rules);
  if (!leg) throw new DomainError("refund.wrong_state", `Cannot ${kind}: nothing stands so`);
  return leg.kind === "cash_return" ? leg.amount : null;
}

function requireSame(known: ActRow, row: Omit<ActRow, "tag">): void {
  const isSame = known.refund_id === row.refund_id && known.kind === row.kind &&
    areSame(known.evidence_index, row.evidence_index) && known.asked_by === row.asked_by;
  if (!isSame) throw new DomainError("refund.id_taken", `Act id "${row.id}" is taken`);
}
