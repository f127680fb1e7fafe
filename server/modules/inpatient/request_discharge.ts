import { createHash } from "node:crypto";
import type { Kysely, Transaction } from "kysely";
import { DomainError, invariant } from "../../platform/errors.ts";
import { newId, timeOfId } from "../../platform/ids.ts";
import type { Actor } from "../audit/actor.ts";
import { checkIdTime } from "../checkout/create_order.ts";
import { findOrder } from "../checkout/find_order.ts";
import type { InsuranceSite } from "../insurance/claim_visit.ts";
import type { ReadRefundDeps } from "../refund/read_refund.ts";
import { askDepositsBack, giveDepositBack } from "../refund/give_deposit_back.ts";
import { findBegun } from "../refund/begun_refunds.ts";
import type { RefundRequest } from "../refund/request_refund.ts";
import type { Tx } from "../refund/tables.ts";
import { dischargeAsked } from "./audit_events.ts";
import type { DischargeBar } from "./contract.ts";
import { findAccount, type FindAccountDeps } from "./find_account.ts";
import { type DischargePlan, planDischarge, type Whose } from "./plan_discharge.ts";
import { type DischargeRow, findDischarge, insertDischarge, isAsWritten } from "./store.ts";
import type { InpatientTables } from "./tables.ts";

export interface DischargeDeps extends ReadRefundDeps, FindAccountDeps {
  readonly db: ReadRefundDeps["db"] & Kysely<InpatientTables>;
}

/** What one deposit gives back; the refund has its own owner from the moment it begins. */
export interface DischargePart {
  readonly orderId: string;
  readonly refundId: string;
  readonly amountFen: string;
  /** The order's last refund when it was planned. */
  readonly after: string | null;
}

export interface AskedPatient extends Whose {
  readonly site: InsuranceSite;
  readonly hisPatientId: string;
}

export interface DischargeRequest {
  readonly id: string;
  readonly actor: Actor;
  readonly asker: RefundRequest["asker"];
  /** Who it is for, asked for a new request only: may they ask? */
  readonly authorise: () => Promise<AskedPatient>;
}

/**
 * Asks for what is due after a stay (R-REF-07). The id is the asker's: the same id is the same
 * request. It is written down with its first refund, in one transaction: of two at once one goes on.
 * Beyond what staff may give back alone all its parts wait for another's approval.
 */
export async function requestDischarge(
  deps: DischargeDeps,
  request: DischargeRequest,
): Promise<{ isNew: boolean }> {
  const digest = digestOf(request);
  const known = await findDischarge(deps.db, request.id);
  if (known) {
    requireSame(known, digest);
    await beginParts(deps, known, request.actor);
    return { isNew: false };
  }
  checkIdTime(request.id, deps.clock.now());
  const patient = await request.authorise();
  const account = await findAccount(deps, patient);
  const plan = account && await planDischarge(deps, account, patient);
  if (!plan) {
    throw new DomainError("inpatient.not_settled", "Cannot refund: the stay is not settled");
  }
  const row = await begin(deps, request, { plan, patient, digest });
  await beginParts(deps, row, request.actor);
  return { isNew: true };
}

async function begin(
  deps: DischargeDeps,
  { id, actor, asker }: DischargeRequest,
  { plan, patient, digest }: {
    readonly plan: DischargePlan;
    readonly patient: AskedPatient;
    readonly digest: Uint8Array;
  },
): Promise<DischargeRow> {
  const [bar] = plan.bars;
  if (bar !== undefined || plan.shares.length === 0) throw barOf(bar ?? "not_paid_here");
  const parts = partsOf(deps, plan);
  const row = {
    id,
    at: timeOfId(id),
    institution_id: patient.institutionId,
    request_digest: digest,
    asked_by: asker.by,
    terminal_id: asker.by === "patient" ? asker.terminalId : null,
    account_id: asker.by === "staff" ? asker.accountId : null,
    due_fen: plan.dueFen,
    elsewhere_fen: plan.elsewhereFen,
    parts: JSON.stringify(parts),
  };
  const event = dischargeAsked(row, { patientId: patient.patientId, parts: parts.length });
  const alongside = async (tx: Tx) => {
    if (!await insertDischarge(withStays(tx), deps.tags, row)) throw barOf("in_another_refund");
    await deps.audit.record(tx, actor, [event]);
  };
  const wanted = plan.shares.map(({ deposit, amountFen }, place) => ({
    id: parts[place]?.refundId ?? id,
    order: deposit.order,
    amountFen,
    after: deposit.last,
    asker,
    actor,
  }));
  const [firstWanted] = wanted;
  invariant(firstWanted !== undefined, "what is begun has a part");
  const isBegun = plan.needsApproval
    ? await askDepositsBack(deps, wanted, alongside)
    : await giveDepositBack(deps, { ...firstWanted, alongside });
  const made = await findDischarge(deps.db, id);
  if (made === null || (!isBegun && !isEqual(made.request_digest, digest))) {
    throw barOf("in_another_refund");
  }
  return made;
}

function partsOf({ clock }: DischargeDeps, { shares }: DischargePlan): DischargePart[] {
  return shares.map(({ deposit, amountFen }) => ({
    orderId: deposit.order.id,
    refundId: newId(clock.now()),
    amountFen: amountFen.toString(),
    after: deposit.last,
  }));
}

/**
 * Begins what has not begun yet: the process may have stopped between two of them. A deposit that
 * another refund took meanwhile is passed over; HIS counts what is left of it as due.
 */
export async function beginParts(
  deps: DischargeDeps,
  row: DischargeRow,
  actor: Actor,
): Promise<void> {
  const parts = partsIn(row);
  const begun = await findBegun(deps.db, parts.map(({ refundId }) => refundId));
  const waiting = parts.filter(({ refundId }) => !begun.has(refundId));
  if (waiting.length === 0) return;
  if (!await isAsWritten(deps.db, deps.tags, row)) {
    throw new DomainError(
      "inpatient.record_changed",
      "Cannot refund: the request is not as the platform wrote it",
      { retry: "ask_operator" },
    );
  }
  const asker = askerOf(row);
  for (const { orderId, refundId, amountFen, after } of waiting) {
    const order = await findOrder(deps, orderId);
    if (!order) continue;
    const wanted = { id: refundId, order, amountFen: BigInt(amountFen), after, asker, actor };
    await giveDepositBack(deps, wanted);
  }
}

export function partsIn({ parts }: Pick<DischargeRow, "parts">): DischargePart[] {
  return JSON.parse(parts);
}

function askerOf({ terminal_id, account_id }: DischargeRow): RefundRequest["asker"] {
  if (terminal_id !== null) return { by: "patient", terminalId: terminal_id };
  return { by: "staff", accountId: account_id ?? "" };
}

/** One transaction of the platform reaches every table; refund's type does not name this module's. */
function withStays(tx: Tx): Transaction<InpatientTables> {
  return tx.withTables<Pick<InpatientTables, keyof InpatientTables>>();
}

function barOf(bar: DischargeBar): DomainError {
  return new DomainError(`inpatient.${bar}`, `Cannot refund the stay: ${bar}`);
}

function requireSame(known: DischargeRow, digest: Uint8Array): void {
  if (isEqual(known.request_digest, digest)) return;
  throw new DomainError("inpatient.id_taken", `Request id "${known.id}" is taken`);
}

/** Of who asks: the id is the request's name, and what is due is HIS's to say. */
function digestOf({ asker }: DischargeRequest): Uint8Array {
  const who = asker.by === "patient" ? asker.terminalId : asker.accountId;
  return new Uint8Array(createHash("sha256").update(JSON.stringify([asker.by, who])).digest());
}

function isEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}
