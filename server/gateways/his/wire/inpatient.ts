import { z } from "zod";
import { callerId, code, day, institutionCode, name, yuan } from "../wire.ts";

/**
 * In-patients at HIS: their deposits (预交金) and what of them is due back after the stay was
 * settled. A deposit is a posting like any other: `post` with the target `deposit`, `find_posting`,
 * `cancel`. HIS decides which stay a deposit is for, its limits, and what is due.
 */
export const ADMISSION_DEPOSITS_MAX = 200;

export const inpatientAccountOfSchema = z.strictObject({ institutionCode, patientId: code });

/** The present stay, else the last one; of a patient who never stayed null. */
export const inpatientAccountSchema = z.object({
  account: z.object({
    admissionNumber: code,
    name,
    ward: name,
    bed: name.nullable(),
    admittedOn: day,
    /** `discharged`: has left, the stay is not settled yet. */
    state: z.enum(["admitted", "discharged", "settled"]),
    /** Deposits less what the stay has cost so far; below zero the patient owes. */
    balance: z.string().regex(/^-?\d{1,10}\.\d{2}$/),
    /** Null: takes no deposit now. */
    topUp: z.object({ minimum: yuan, maximum: yuan, suggested: yuan.nullable() }).nullable(),
    /** Once settled: what is still to be paid out, and what of each of the caller's deposits is left. */
    refund: z.object({
      due: yuan,
      deposits: z.array(z.object({ postingId: callerId, left: yuan })).max(ADMISSION_DEPOSITS_MAX),
    }).nullable(),
  }).nullable(),
});

/**
 * HIS marks so much of what is due as being paid out by the platform, out of one deposit; once
 * under the caller's `returnId` (`find_return` tells of it). Refused `not_settled` before the stay
 * is settled, `amount_mismatch` above what is due or left of the deposit.
 */
export const returnDepositSchema = z.strictObject({
  returnId: callerId,
  postingId: callerId,
  institutionCode,
  total: yuan,
});

export type InpatientAccount = NonNullable<z.infer<typeof inpatientAccountSchema>["account"]>;
export type ReturnDeposit = z.infer<typeof returnDepositSchema>;
