import { z } from "zod";
import type { OrderState } from "../../checkout/contract.ts";
import type { RequestRow } from "../store.ts";
import {
  type PaymentRequest,
  type RequestBody,
  requestBodySchema,
  type RequestState,
} from "./contract.ts";

/** What of a request names the patient, and its address; one sealed text. */
const contentSchema = requestBodySchema.pick({ patientNumber: true, bills: true }).extend({
  token: z.string(),
});

export type RequestContent = z.infer<typeof contentSchema>;

export const CONTENT_COLUMN = "billing_request.content";

export function parseContent(text: string): RequestContent {
  return contentSchema.parse(JSON.parse(text));
}

/** All that must be the same when a number is sent again. */
export function sameText({ patientNumber, bills, expiresInHours }: RequestBody): string {
  return JSON.stringify([patientNumber, bills, expiresInHours]);
}

/** The bills it is about, of those HIS has unpaid now. */
export function wantedOf<
  Bill extends { readonly billId: string; readonly visitId?: string | undefined },
>(
  { bills }: Pick<RequestContent, "bills">,
  unpaid: readonly Bill[],
): Bill[] {
  return "visitId" in bills
    ? unpaid.filter(({ visitId }) => visitId === bills.visitId)
    : unpaid.filter(({ billId }) => bills.billIds.includes(billId));
}

/** An order that turned back is as if none had been begun. */
export function requestState(
  { withdrawnAt, expiresAt }: { readonly withdrawnAt: Date | null; readonly expiresAt: Date },
  order: OrderState | null,
  now: Date,
): RequestState {
  if (order === "completed") return "paid";
  if (order !== null && order !== "unwound") return "paying";
  if (withdrawnAt !== null) return "withdrawn";
  return expiresAt <= now ? "expired" : "open";
}

/** How it stands, as the hospital's program and the staff of the place are told. */
export function requestFacts(
  row: RequestRow,
  heads: ReadonlyMap<string, { readonly number: string; readonly state: OrderState }>,
  now: Date,
): Omit<PaymentRequest, "institution" | "url"> {
  const { withdrawn_at: withdrawnAt, expires_at: expiresAt, order_id: orderId } = row;
  const head = orderId === null ? undefined : heads.get(orderId);
  return {
    id: row.id,
    number: row.external_number,
    state: requestState({ withdrawnAt, expiresAt }, head?.state ?? null, now),
    madeAt: row.made_at.toISOString(),
    expiresAt: expiresAt.toISOString(),
    withdrawnAt: withdrawnAt?.toISOString() ?? null,
    order: head && orderId !== null
      ? { id: orderId, number: head.number, state: head.state }
      : null,
  };
}
