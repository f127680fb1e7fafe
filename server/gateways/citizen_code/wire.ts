import { z } from "zod";

/**
 * The city's code platform for electronic social-security cards and health codes, as the platform's
 * own profile: `POST /citizen-code/v1/decode`, signed as HIS's calls are, answered in the same
 * envelope. A code is good for some minutes after it was shown.
 */
export const DECODE_PATH = "/citizen-code/v1/decode";

export const CODE_REFUSALS = [
  "unknown_code",
  "expired_code",
  "bad_request",
  "bad_signature",
] as const;
export type CodeRefusal = (typeof CODE_REFUSALS)[number];

export const decodeSchema = z.strictObject({ code: z.string().min(6).max(512) });

export const citizenSchema = z.object({
  kind: z.enum(["essc", "health_code"]),
  name: z.string().min(1).max(100),
  idNumber: z.string().regex(/^\d{17}[\dX]$/),
  /** Only from an electronic social-security card. */
  socialSecurityNumber: z.string().min(1).max(64).nullable(),
  /** Only from a health code: the person's number there, by which HIS may know them too. */
  healthIndex: z.string().min(1).max(64).nullable(),
});

export const answerSchema = z.union([
  z.object({ code: z.literal("ok"), data: citizenSchema }),
  z.object({ code: z.enum(CODE_REFUSALS), message: z.string() }),
]);

export type Decode = z.infer<typeof decodeSchema>;
export type Citizen = z.infer<typeof citizenSchema>;
