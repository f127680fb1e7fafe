import type { Transaction } from "kysely";
import { DomainError } from "../../../platform/errors.ts";
import { isUnchanged, tagOf } from "../../../platform/tagged_table.ts";
import type { Caller } from "../../access/caller.ts";
import type { AuditEvent } from "../../audit/event.ts";
import { areSame, openEvidence, sealEvidence } from "../act_evidence.ts";
import { apply, type Fact, settlementsIn } from "../apply.ts";
import { tellingChanged } from "../changed_order.ts";
import type { CreateOrderDeps } from "../create_order.ts";
import { beginDrive, bookLeg, goOn, isClaimed } from "../drive_order.ts";
import type { CheckoutDb } from "../legs.ts";
import { type Order, orderKey, orderRules } from "../order.ts";
import { findOrder, lockOrder } from "../store.ts";
import { ACT_TAGGED } from "../tables.ts";
import type { OrderActBody } from "./contract.ts";
import { getOrderRow, isClosable, type ReadOrdersDeps } from "./read_orders.ts";
import { recordStated } from "./record_stated.ts";
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
  await carryOut(deps, caller, {
    id,
    prepare: () => Promise.resolve({ fact: HURRIED, events: [event] }),
  });
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
  if (body.evidenceNumber === null && isClaimDone(order, body)) {
    throw new DomainError("checkout.number_needed", "Cannot state a settlement without its number");
  }
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
    if (!await insertAct(tx, { ...act, tag })) {
      requireSame(await lockAct(tx, { id: act.id, orderId }), act);
      return;
    }
    const events = [eventOf("checkout.act_requested", act)];
    await deps.audit.record(tx, caller.actor, events);
  });
}

/** An act sent again; under its id no other is taken for it. */
function requireSame(known: ActRow | null, asked: Omit<ActRow, "tag">): void {
  const isSame = known !== null && known.kind === asked.kind && known.leg === asked.leg &&
    known.outcome === asked.outcome && known.evidence_number === asked.evidence_number &&
    known.asked_by === asked.asked_by && areSame(known.evidence_index, asked.evidence_index);
  if (!isSame) throw new DomainError("checkout.id_taken", `Act id "${asked.id}" is taken`);
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
      const { fact, events } = await carriedOut(deps, tx, { act, order });
      return { fact, events: [eventOf("checkout.act_approved", act), ...events] };
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
  if (!leg) return false;
  return settlementsIn(order.saga, leg).some((outcome) => outcome === act.outcome);
}

/** Its number is what the centre voids it by later. */
function isClaimDone({ saga }: Order, body: OrderActBody): boolean {
  if (body.kind !== "settle" || body.outcome !== "done") return false;
  return saga.legs.find(({ n }) => n === body.leg)?.kind === "insurance";
}

/** The domain's own books follow, so that what was stated paid can be given back later. */
async function carriedOut(
  { clock, tags }: StaffDeps,
  tx: Transaction<CheckoutDb>,
  { act, order }: { readonly act: ActRow; readonly order: Order },
): Promise<{ readonly fact: Fact; readonly events: readonly AuditEvent[] }> {
  const { leg: n, outcome, evidence_number, id } = act;
  if (n === null || outcome === null) {
    return { fact: { kind: "stopped", stop: "staff_closed" }, events: [] };
  }
  const reference = evidence_number ?? id;
  const leg = order.saga.legs.find((candidate) => candidate.n === n);
  const writing = { now: clock.now(), tags };
  const events = leg ? await recordStated(tx, { order, leg, outcome, reference }, writing) : [];
  return { fact: { kind: "settled", leg: n, settlement: { outcome, reference } }, events };
}

interface Deed {
  readonly id: string;
  /** Under the order's lock. */
  readonly prepare: (
    tx: Transaction<CheckoutDb>,
    order: Order,
  ) => Promise<{ readonly fact: Fact; readonly events: readonly AuditEvent[] }>;
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
      const { fact, events } = await prepare(tx, stored);
      const rules = orderRules(where, stored);
      const saga = apply(stored.saga, fact, { rules, now: now.getTime() });
      if (fact.kind === "settled") {
        const posted = { now, tags: deps.tags };
        await bookLeg(tx, { order: stored, saga, leg: fact.leg }, posted);
      }
      return { stored, order: { ...stored, saga, references: stated(stored, fact) }, events };
    });
  });
  if (begun) await deps.waitFor(goOn(deps, begun));
}

/** What is stated done goes by the number of its paper from then on. */
function stated({ references }: Order, fact: Fact): Order["references"] {
  if (fact.kind !== "settled" || fact.settlement.outcome !== "done") return references;
  const { reference } = fact.settlement;
  return reference === null ? references : new Map([...references, [fact.leg, reference]]);
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
