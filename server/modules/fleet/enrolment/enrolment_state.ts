import {
  enrolmentStateText,
  LINE_SKEW_MS_MAX,
  terminalUserId,
} from "../../../platform/signed_line.ts";
import type { EnrolmentState, EnrolmentStateBody } from "../contract.ts";
import { clockSkew } from "../line/refusals.ts";
import type { EnrolmentDeps } from "./request_enrolment.ts";
import { enrolmentNotFound } from "./reveal_nonce.ts";
import { findEnrolment } from "./store.ts";

/** How an enrolment stands; told to the terminal that signs for it. */
export async function enrolmentState(
  { db, clock, keys }: EnrolmentDeps,
  id: string,
  { time, signature }: EnrolmentStateBody,
): Promise<EnrolmentState> {
  const enrolment = await findEnrolment(db, id);
  const isSigned = enrolment !== null && await keys.provider.sm2Verify(
    enrolment.sign_key,
    enrolmentStateText(id, time),
    Uint8Array.fromHex(signature),
    { userId: terminalUserId(id) },
  );
  if (!isSigned) throw enrolmentNotFound();
  const now = clock.now();
  if (Math.abs(new Date(time).getTime() - now.getTime()) > LINE_SKEW_MS_MAX) throw clockSkew(now);
  if (enrolment.approved_at !== null) {
    return { state: "approved", terminalId: enrolment.terminal_id };
  }
  const isOver = enrolment.expires_at.getTime() <= now.getTime();
  return { state: isOver ? "expired" : "waiting", terminalId: null };
}
