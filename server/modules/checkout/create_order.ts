import { createHash } from "node:crypto";
import type { Transaction } from "kysely";
import { DomainError } from "../../platform/errors.ts";
import { isTimely, timeOfId } from "../../platform/ids.ts";
import type { Actor } from "../audit/actor.ts";
import { holdPatient } from "../identity/hold_patient.ts";
import { type ChooseInsurance, chooseInsurance } from "../insurance/choice/choose_insurance.ts";
import { orderCreated } from "./audit_events.ts";
import type { CreateOrderBody } from "./contract.ts";
import { beginDrive, type DriveDeps, goOn } from "./drive_order.ts";
import type { CheckoutDb } from "./legs.ts";
import { type Order, orderKey, orderNumber, type OrderSite, rulesOf } from "./order.ts";
import { newSaga, stateOf } from "./saga.ts";
import { findDigest, insertOrder, takeBills } from "./store.ts";

export interface CreateOrderDeps extends DriveDeps {
  /** Lets the drive outlive a request that no longer waits for it. */
  readonly waitFor: (drive: Promise<void>) => Promise<void>;
}

export interface NewOrder {
  readonly body: CreateOrderBody;
  readonly terminalId: string;
  readonly institutionId: string;
  readonly where: OrderSite;
  readonly actor: Actor;
  /** May this terminal begin it now? Asked only for an order that is not there yet. */
  readonly authorise: () => Promise<void>;
  /** In the transaction that makes it; what it throws leaves it unmade. */
  readonly alongside?: (tx: Transaction<CheckoutDb>) => Promise<void>;
}

/**
 * Rule 1: the id is the terminal's. The same id with the same content is the same order; with
 * other content it is a conflict. With the order as far as it has come, where that is known.
 */
export async function createOrder(
  deps: CreateOrderDeps,
  request: NewOrder,
): Promise<{ isNew: boolean; order: Order | null }> {
  const { body } = request;
  const now = deps.clock.now();
  const digest = digestOf(body);
  const known = await findDigest(deps.db, orderKey(body.id));
  if (known) return sameOrder(request, known, digest);
  checkIdTime(body.id, now);
  await request.authorise();
  const order = draft(request);
  const rules = rulesOf(request.where.profile);
  let isNew = false;
  const { where, actor } = request;
  const begun = await beginDrive(deps, { known: order, where, actor }, async (tx, partiesOf) => {
    const { patientId } = await partiesOf(order);
    await holdPatient(tx, patientId);
    const state = stateOf(order.saga, rules);
    const row = { digest, state, nextAttemptAt: now, changedAt: now, tags: deps.tags };
    isNew = await insertOrder(tx, order, row);
    if (isNew && !await takeBills(tx, order)) {
      throw new DomainError(
        "checkout.bill_in_payment",
        "Cannot begin the order: another one is paying one of its bills",
      );
    }
    if (isNew) await request.alongside?.(tx);
    if (isNew) await chooseInsurance(tx, deps, choiceOf(request, patientId));
    return isNew ? { stored: order, order, events: [orderCreated(order)] } : null;
  });
  if (!isNew) {
    const winner = await findDigest(deps.db, orderKey(body.id));
    if (winner) return sameOrder(request, winner, digest);
  }
  if (begun) await deps.waitFor(goOn(deps, begun));
  return { isNew: true, order: begun?.drive.latest ?? null };
}

function choiceOf({ body, where, institutionId }: NewOrder, patientId: string): ChooseInsurance {
  const { scheme = null, payer, identificationId, settlement, payable } = body;
  const consentId = payer?.consentId ?? null;
  const isMine = payable.kind === "deposit" && settlement === "insurance";
  if (isMine || (settlement !== "insurance" && (scheme !== null || consentId !== null))) {
    throw new DomainError(
      "checkout.not_insured",
      "Cannot choose how to settle: insurance does not",
    );
  }
  const { route } = where.site;
  return {
    orderId: body.id,
    at: timeOfId(body.id),
    institutionId,
    identificationId,
    patientId,
    route,
    scheme,
    consentId,
  };
}

function sameOrder(
  { body, terminalId }: NewOrder,
  known: { digest: Uint8Array; terminalId: string },
  digest: Uint8Array,
): { isNew: false; order: null } {
  const isSame = known.terminalId === terminalId && isEqual(known.digest, digest);
  if (!isSame) throw new DomainError("checkout.id_taken", `Order id "${body.id}" is taken`);
  return { isNew: false, order: null };
}

/** Of orders and of the trades that pay them. */
export function checkIdTime(id: string, now: Date): void {
  if (isTimely(id, now)) return;
  throw new DomainError(
    "checkout.id_time",
    `Cannot take id "${id}": its time is not the platform's`,
  );
}

function draft({ body, terminalId, institutionId, where }: NewOrder): Order {
  const legOrder = where.profile.legOrder.filter((kind) =>
    kind !== "insurance" || body.settlement === "insurance"
  );
  return {
    ...orderKey(body.id),
    institutionId,
    terminalId,
    identificationId: body.identificationId,
    payable: body.payable,
    payableText: JSON.stringify(body.payable),
    settlement: body.settlement,
    number: orderNumber(where.terminalNumber, body.id),
    saga: newSaga(legOrder),
    choices: new Map(),
    references: new Map(),
    refundIds: new Map(),
    pricedSealed: null,
    fulfilledSealed: null,
    attempts: 0,
    claimedBy: null,
    claimedUntil: null,
    completedAt: null,
  };
}

/** Of the request's content; the id is its name, not its content. */
function digestOf(body: CreateOrderBody): Uint8Array {
  const { scheme, payer } = body;
  const chosen = scheme === undefined && payer === undefined ? [] : [scheme ?? null, payer ?? null];
  const content = [body.identificationId, body.payable, body.settlement, ...chosen];
  return new Uint8Array(createHash("sha256").update(JSON.stringify(content)).digest());
}

function isEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}
