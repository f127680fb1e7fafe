import { DomainError } from "../../../platform/errors.ts";
import { newId } from "../../../platform/ids.ts";
import type { Organisation } from "../../access/organisation.ts";
import type { Caller } from "../../access/caller.ts";
import { findRequest, insertRequest, type RequestRow } from "../store.ts";
import type { RequestBody } from "./contract.ts";
import { digestOf, newToken } from "./link.ts";
import { CONTENT_COLUMN, type RequestContent, sameText } from "./request.ts";
import { type RequestDeps, requireUnchanged, withRequestTag } from "./request_row.ts";

const HOUR_MS = 3_600_000;

export interface AskedPayment {
  readonly row: RequestRow;
  readonly isNew: boolean;
}

/**
 * A hospital's own system asks for a payment (R-PAY-15). HIS is not asked yet: what is due is what
 * it says when a phone opens the page. The same number and content is the same request; throws
 * DomainError `billing.number_taken` for other content.
 */
export async function requestPayment(
  deps: RequestDeps,
  caller: Pick<Caller, "accountId" | "actor">,
  { institution, body }: { readonly institution: Organisation; readonly body: RequestBody },
): Promise<AskedPayment> {
  if (deps.publicUrl === null) {
    throw new DomainError("billing.no_pay_page", "Cannot ask: no public address is set");
  }
  const contentIndex = await deps.sealer.index("billing_request", sameText(body));
  const name = { institutionId: institution.id, number: body.number };
  const known = await findRequest(deps.db, name);
  if (known) return await sameRequest(deps, known, contentIndex);
  const row = await draft(deps, { caller, institution, body, contentIndex });
  const isNew = await deps.db.transaction().execute(async (tx) => {
    if (!await insertRequest(tx, row)) return false;
    await deps.audit.record(tx, caller.actor, [{
      kind: "billing.payment_requested",
      result: "succeeded",
      objectId: row.id,
      organisationId: institution.id,
      fields: { number: body.number, expiresAt: row.expires_at.toISOString() },
    }]);
    return true;
  });
  if (isNew) return { row, isNew };
  const winner = await findRequest(deps.db, name);
  if (!winner) throw new Error("Cannot find the request that was just made");
  return await sameRequest(deps, winner, contentIndex);
}

async function sameRequest(
  deps: RequestDeps,
  row: RequestRow,
  contentIndex: Uint8Array,
): Promise<AskedPayment> {
  await requireUnchanged(deps, row);
  if (row.content_index.toHex() !== contentIndex.toHex()) {
    throw new DomainError(
      "billing.number_taken",
      `Cannot ask under number "${row.external_number}": it was used for something else`,
    );
  }
  return { row, isNew: false };
}

async function draft(
  deps: RequestDeps,
  { caller, institution, body, contentIndex }: {
    readonly caller: Pick<Caller, "accountId">;
    readonly institution: Organisation;
    readonly body: RequestBody;
    readonly contentIndex: Uint8Array;
  },
): Promise<RequestRow> {
  const now = deps.clock.now();
  const { patientNumber, bills } = body;
  const content: RequestContent = { patientNumber, bills, token: newToken() };
  return await withRequestTag(deps, {
    id: newId(now),
    institution_id: institution.id,
    external_number: body.number,
    account_id: caller.accountId,
    content_index: contentIndex,
    token_digest: digestOf(content.token),
    content_sealed: await deps.sealer.seal(CONTENT_COLUMN, JSON.stringify(content)),
    made_at: now,
    expires_at: new Date(now.getTime() + body.expiresInHours * HOUR_MS),
    withdrawn_at: null,
    order_id: null,
    identification_id: null,
  });
}
