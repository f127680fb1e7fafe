import type { Transaction } from "kysely";
import { DomainError } from "../../../platform/errors.ts";
import { isUnchanged, tagOf } from "../../../platform/tagged_table.ts";
import type { Caller } from "../../access/caller.ts";
import type { AuditEvent } from "../../audit/event.ts";
import { recordTrade } from "../../payment/record_trade.ts";
import { openEvidence, sealEvidence } from "../act_evidence.ts";
import { apply, type Fact, settlementsOf } from "../apply.ts";
import { tellingChanged } from "../changed_order.ts";
import type { CreateOrderDeps } from "../create_order.ts";
import { beginDrive, bookLeg, goOn, isClaimed } from "../drive_order.ts";
import type { CheckoutDb } from "../legs.ts";
import { type Order, orderKey, orderRules } from "../order.ts";
import { findOrder, lockOrder } from "../store.ts";
import { ACT_TAGGED } from "../tables.ts";
import type { OrderActBody } from "./contract.ts";
import { getOrderRow, isClosable, type ReadOrdersDeps } from "./read_orders.ts";
import { type ActRow, insertAct, lockAct, updateAct } from "./store.ts";

/** What staff does to an order: facts like any other, never an edit of what was. */

export type StaffDeps = ReadOrdersDeps & Omit<CreateOrderDeps, "db">;

/** Every party is asked now, whatever the schedule says; as often as anybody likes. */
export async function askAgain(deps: StaffDeps, caller: Caller, id: string): Promise<void> {
  await getOrderRow(deps, caller, { id, permission: "order.work" });
  const event: AuditEvent = {
    kind: "checkout.order_hurried",
    result: "succeeded",
    objectId: id,
    fields: {},
  };
  await carryOut(deps, caller, { id, prepare: () => Promise.resolve({ fact: HURRIED, event }) });
}

const HURRIED: Fact = { kind: "hurried" };

/** Written down with its evidence; another decides. The same id again is the same act. */
export async function askForAct(
  deps: StaffDeps,
  caller: Caller,
  { orderId, body }: { readonly orderId: string; readonly body: OrderActBody },
): Promise<void> {
  const row = await getOrderRow(deps, caller, { id: orderId, permission: "order.work" });
  const order = await findOrder(deps.db, deps.tags, orderKey(orderId));
  if (!order || !isPossible(order, body)) throw wrongState(orderId);
  const act = {
    id: body.id,
    order_id: orderId,
    at: row.at,
    institution_id: row.institution_id,
    kind: body.kind,
    leg: body.kind === "settle" ? body.leg : null,
    outcome: body.kind === "settle" ? body.outcome : null,
    ...await sealEvidence(deps.sealer, "checkout_act.evidence", body.evidence),
    evidence_number: body.evidenceNumber,
    evidence_digest: body.evidenceDigest,
    asked_by: caller.accountId,
    asked_by_name: caller.actor.name,
    asked_at: deps.clock.now(),
    state: "asked",
    decided_by: null,
    decided_by_name: null,
    decided_at: null,
  } as const;
  const tag = await tagOf(deps.tags, ACT_TAGGED, act);
  await deps.db.transaction().execute(async (tx) => {
    if (!await insertAct(tx, { ...act, tag })) return;
    const events = [eventOf("checkout.act_requested", act)];
    await deps.audit.record(tx, caller.actor, events);
  });
}

export interface ActDecision {
  readonly orderId: string;
  readonly actId: string;
  readonly verdict: "done" | "rejected";
}

/** By another than who asked; approved, it is done in the same transaction. */
export async function decideAct(
  deps: StaffDeps,
  caller: Caller,
  { orderId, actId, verdict }: ActDecision,
): Promise<void> {
  await getOrderRow(deps, caller, { id: orderId, permission: "order.approve" });
  if (verdict === "rejected") {
    await deps.db.transaction().execute(async (tx) => {
      const act = await decide(deps, tx, { caller, orderId, actId, verdict });
      await deps.audit.record(tx, caller.actor, [eventOf("checkout.act_rejected", act)]);
    });
    return;
  }
  await carryOut(deps, caller, {
    id: orderId,
    async prepare(tx, order) {
      const act = await decide(deps, tx, { caller, orderId, actId, verdict });
      if (!isPossible(order, act)) throw wrongState(orderId);
      const fact = await factOf(deps, tx, { act, order });
      return { fact, event: eventOf("checkout.act_approved", act) };
    },
  });
}

interface Deciding extends ActDecision {
  readonly caller: Caller;
}

async function decide(
  { tags, clock, sealer }: StaffDeps,
  tx: Transaction<CheckoutDb>,
  { caller, orderId, actId, verdict }: Deciding,
): Promise<ActRow> {
  const act = await lockAct(tx, { id: actId, orderId });
  if (!act) throw new DomainError("checkout.not_found", `Cannot find act "${actId}"`);
  if (act.state !== "asked") throw refusal("act_decided", actId);
  if (act.asked_by === caller.accountId) throw refusal("own_act", actId);
  const evidence = await openEvidence(sealer, "checkout_act.evidence", act);
  if (evidence === null || !await isUnchanged(tx, tags, { tagged: ACT_TAGGED, row: act })) {
    throw refusal("act_changed", actId);
  }
  const after = {
    ...act,
    state: verdict,
    decided_by: caller.accountId,
    decided_by_name: caller.actor.name,
    decided_at: clock.now(),
  };
  await updateAct(tx, {
    id: act.id,
    state: after.state,
    decided_by: after.decided_by,
    decided_by_name: after.decided_by_name,
    decided_at: after.decided_at,
    tag: await tagOf(tags, ACT_TAGGED, after),
  });
  return act;
}

function isPossible(
  order: Order,
  act: Pick<ActRow, "kind" | "leg" | "outcome"> | OrderActBody,
): boolean {
  if (act.kind === "close") return isClosable(order);
  const leg = order.saga.legs.find(({ n }) => n === act.leg);
  return leg !== undefined && settlementsOf(leg).some((outcome) => outcome === act.outcome);
}

/** The payment's own books follow, so that what was stated paid can be given back later. */
async function factOf(
  { clock, tags }: StaffDeps,
  tx: Transaction<CheckoutDb>,
  { act, order }: { readonly act: ActRow; readonly order: Order },
): Promise<Fact> {
  const { leg: n, outcome, evidence_number, id } = act;
  if (n === null || outcome === null) return { kind: "stopped", stop: "staff_closed" };
  const reference = evidence_number ?? id;
  const leg = order.saga.legs.find((candidate) => candidate.n === n);
  const choice = order.choices.get(n);
  if (leg?.kind === "tender" && choice && outcome === "done") {
    const cash = leg.amount ?? 0n;
    const split = { total: cash, fund: 0n, account: 0n, other: 0n, cash };
    const answer = { kind: "done", split, reference } as const;
    const writing = { now: clock.now(), tags };
    await recordTrade(tx, { tradeId: choice.tradeId, ask: "find", answer, ...writing });
  }
  return { kind: "settled", leg: n, settlement: { outcome, reference } };
}

interface Deed {
  readonly id: string;
  /** Under the order's lock. */
  readonly prepare: (
    tx: Transaction<CheckoutDb>,
    order: Order,
  ) => Promise<{ readonly fact: Fact; readonly event: AuditEvent }>;
}

async function carryOut(deps: StaffDeps, caller: Caller, { id, prepare }: Deed): Promise<void> {
  const key = orderKey(id);
  const begun = await tellingChanged(deps, key, async () => {
    const known = await findOrder(deps.db, deps.tags, key);
    if (!known) throw new DomainError("checkout.not_found", `Cannot find order "${id}"`);
    const where = await deps.siteOf(known);
    return await beginDrive(deps, { known, where, actor: caller.actor }, async (tx) => {
      const stored = await lockOrder(tx, deps.tags, key);
      const now = deps.clock.now();
      if (!stored || isClaimed(stored, now)) {
        throw new DomainError("checkout.busy", `Order "${id}" is worked on just now`, {
          retry: "safe",
        });
      }
      const { fact, event } = await prepare(tx, stored);
      const rules = orderRules(where, stored);
      const saga = apply(stored.saga, fact, { rules, now: now.getTime() });
      if (fact.kind === "settled") {
        const posted = { now, tags: deps.tags };
        await bookLeg(tx, { order: stored, saga, leg: fact.leg }, posted);
      }
      return { stored, order: { ...stored, saga }, events: [event] };
    });
  });
  if (begun) await deps.waitFor(goOn(deps, begun));
}

function eventOf(
  kind: "checkout.act_requested" | "checkout.act_approved" | "checkout.act_rejected",
  act: Omit<ActRow, "tag">,
): AuditEvent {
  return {
    kind,
    result: "succeeded",
    objectId: act.id,
    organisationId: act.institution_id,
    orderId: act.order_id,
    fields: {
      act: act.kind,
      leg: act.leg,
      outcome: act.outcome,
      evidence: act.evidence_index.toHex(),
      number: act.evidence_number,
      digest: act.evidence_digest,
    },
  };
}

function wrongState(id: string): DomainError {
  return new DomainError(
    "checkout.wrong_state",
    `Cannot do this to order "${id}": it has moved on`,
  );
}

function refusal(reason: string, id: string): DomainError {
  return new DomainError(`checkout.${reason}`, `Cannot decide on act "${id}": ${reason}`);
}
