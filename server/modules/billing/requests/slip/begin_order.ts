import type { Transaction } from "kysely";
import { DomainError } from "../../../../platform/errors.ts";
import { isTimely, newId } from "../../../../platform/ids.ts";
import type { Actor } from "../../../audit/actor.ts";
import { createOrder } from "../../../checkout/create_order.ts";
import type { CheckoutDb } from "../../../checkout/legs.ts";
import type { TerminalSite } from "../../../fleet/terminal_site.ts";
import { identifyByRecord } from "../../../identity/identify_by_record.ts";
import { sealPerson } from "../../../identity/keep_patient.ts";
import { type RequestRow, updateRequest } from "../../store.ts";
import type { BillingTables } from "../../tables.ts";
import { lockUnchanged, withRequestTag } from "../request_row.ts";
import type { Offer } from "./offer.ts";
import { whyShut } from "./open_slip.ts";
import type { SlipDeps } from "./slip_deps.ts";

export interface Beginning {
  /** As it was read, with its last order over or never made. */
  readonly request: RequestRow;
  readonly isOver: boolean;
  readonly offer: Extract<Offer, { kind: "due" }>;
  readonly actor: Actor;
}

/**
 * One order at a time for a slip: its ids stand in the request's row before it is made, so that two
 * phones, or one that asks again after a crash, make the same. What it costs HIS says anew.
 */
export async function beginOrder(deps: SlipDeps, beginning: Beginning): Promise<string | null> {
  const { request, offer, actor } = beginning;
  const institutionId = request.institution_id;
  const site = await deps.siteOf(institutionId);
  const row = await reserve(deps, beginning);
  if (!row || row.order_id === null || row.identification_id === null) return null;
  await createOrder(deps.checkout, {
    body: {
      id: row.order_id,
      identificationId: row.identification_id,
      payable: { kind: "bills", billIds: offer.bills.map(({ billId }) => billId) },
      settlement: "self_pay",
    },
    terminalId: institutionId,
    institutionId,
    where: deps.orderSite(site),
    actor,
    authorise: () => Promise.resolve(),
    alongside: (tx) => requireStillOpen(deps, withRequests(tx), { reserved: row, site }),
  });
  return row.order_id;
}

/**
 * Under the request's row lock, till the order is there: who withdraws either sees the order and
 * says so, or is first, and then there is none. Throws DomainError `billing.request_over`.
 */
async function requireStillOpen(
  deps: SlipDeps,
  tx: Transaction<BillingTables>,
  { reserved, site }: { readonly reserved: RequestRow; readonly site: TerminalSite },
): Promise<void> {
  const row = await lockUnchanged(deps, tx, reserved.id);
  const isOurs = row?.order_id === reserved.order_id;
  if (row && isOurs && !whyShut(row, site, deps.clock.now())) return;
  throw new DomainError("billing.request_over", "Cannot begin the order: the request is over");
}

/** One transaction of the platform reaches every table; checkout's type does not name this module's. */
function withRequests(tx: Transaction<CheckoutDb>): Transaction<BillingTables> {
  return tx.withTables<Pick<BillingTables, keyof BillingTables>>();
}

async function reserve(
  deps: SlipDeps,
  { request, isOver, offer, actor }: Beginning,
): Promise<RequestRow | null> {
  const { name, idNumber, phone, patientId } = offer.patient;
  const person = await sealPerson(deps.sealer, { name, idNumber, phone });
  const site = await deps.siteOf(request.institution_id);
  return await deps.db.transaction().execute(async (tx) => {
    const row = await lockUnchanged(deps, tx, request.id);
    const now = deps.clock.now();
    if (!row || whyShut(row, site, now)) return null;
    const isOurs = row.order_id === request.order_id;
    const isStillGood = row.order_id !== null && !isOver && isTimely(row.order_id, now);
    if (!isOurs || isStillGood) return row;
    const id = newId(now);
    const where = { terminalId: row.institution_id, institutionId: row.institution_id };
    const visit = { id, where, person, hisPatientId: patientId };
    await identifyByRecord({ audit: deps.audit, actor, now }, tx, visit);
    const after = { ...row, order_id: newId(now), identification_id: id };
    const tagged = await withRequestTag(deps, after);
    await updateRequest(tx, tagged);
    return tagged;
  });
}
