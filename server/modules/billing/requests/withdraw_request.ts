import { DomainError } from "../../../platform/errors.ts";
import type { Caller } from "../../access/caller.ts";
import { orderHeads } from "../../checkout/order_states.ts";
import { type RequestRow, updateRequest } from "../store.ts";
import { requestState } from "./request.ts";
import { lockUnchanged, type RequestDeps, withRequestTag } from "./request_row.ts";

/**
 * No phone begins to pay it any more; an order on its way goes on to its end, which the answer
 * tells. Doing it again changes nothing. Throws DomainError `billing.request_paid`.
 */
export async function withdrawRequest(
  deps: RequestDeps,
  caller: Pick<Caller, "actor">,
  known: RequestRow,
): Promise<RequestRow> {
  return await deps.db.transaction().execute(async (tx) => {
    const row = await lockUnchanged(deps, tx, known.id);
    if (!row || row.withdrawn_at !== null) return row ?? known;
    const heads = await orderHeads(tx, row.order_id === null ? [] : [row.order_id]);
    const order = row.order_id === null ? null : heads.get(row.order_id)?.state ?? null;
    const now = deps.clock.now();
    const times = { withdrawnAt: null, expiresAt: row.expires_at };
    if (requestState(times, order, now) === "paid") {
      throw new DomainError("billing.request_paid", "Cannot withdraw the request: it is paid");
    }
    const after = await withRequestTag(deps, { ...row, withdrawn_at: now });
    await updateRequest(tx, after);
    await deps.audit.record(tx, caller.actor, [{
      kind: "billing.payment_request_withdrawn",
      result: "succeeded",
      objectId: row.id,
      organisationId: row.institution_id,
      fields: { number: row.external_number, order },
    }]);
    return after;
  });
}
