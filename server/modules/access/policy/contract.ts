import { z } from "@hono/zod-openapi";
import { timeField } from "../../../platform/openapi.ts";
import { DUTIES } from "../permission.ts";

/**
 * The security policy (R-SEC-06), one for people and one for program accounts. The bounds are
 * floors and ceilings nobody goes past: GB/T 22239-2019 8.1.4.1 at level 3, retention by 网络安全法
 * 第二十三条 (six months).
 */

export const OWN_WORDS_MAX = 200;

export const passwordPolicySchema = z.strictObject({
  lengthMin: z.number().int().min(8).max(64),
  /** Of small, capital, digit, other. */
  classesMin: z.number().int().min(3).max(4),
  history: z.number().int().min(5).max(24),
  ageDaysMax: z.number().int().min(1).max(90),
  oneTimeHoursMax: z.number().int().min(1).max(72),
  /** Beside those of the list of weak ones: the hospital's name, the street … */
  ownWords: z.array(z.string().trim().min(3).max(32)).max(OWN_WORDS_MAX),
});

export const lockoutPolicySchema = z.strictObject({
  /** In a row, of one account. */
  failuresMax: z.number().int().min(3).max(10),
  lockMinutes: z.number().int().min(10).max(24 * 60),
  /** Of one address, whatever the account. */
  addressFailuresMax: z.number().int().min(10).max(200),
});

export const sessionPolicySchema = z.strictObject({
  idleMinutesMax: z.number().int().min(1).max(30),
  absoluteHoursMax: z.number().int().min(1).max(24),
  concurrentMax: z.number().int().min(1).max(5),
  /** Ends sessions when what the account may do changes; else the next request goes by it. */
  endOnRightsChange: z.boolean(),
});

/** The three administrators always need a second factor (8.1.4.1 d). */
const ADMINISTRATORS = ["system", "security", "audit"] as const;

export const secondFactorPolicySchema = z.strictObject({
  requiredFor: z.array(z.enum(DUTIES)).max(DUTIES.length)
    .refine((duties) => ADMINISTRATORS.every((duty) => duties.includes(duty)), {
      error: "expected system, security and audit among them",
    }),
});

export const securityPolicySchema = z.strictObject({
  password: passwordPolicySchema,
  lockout: lockoutPolicySchema,
  session: sessionPolicySchema,
  secondFactor: secondFactorPolicySchema,
  /** An account nobody used so long is disabled (8.1.4.2 c). */
  inactivityDaysMax: z.number().int().min(1).max(90),
  /** Of the audit trail. */
  retentionDays: z.number().int().min(184).max(36_500),
  /** Of a program account's key. */
  programKeyDaysMax: z.number().int().min(1).max(366),
}).openapi("SecurityPolicy");

export const POLICY_KINDS = ["person", "program"] as const;

export const policyKindSchema = z.enum(POLICY_KINDS);

export const policyViewSchema = z.strictObject({
  kind: policyKindSchema,
  policy: securityPolicySchema,
  /** Null while the defaults hold. */
  changedAt: timeField.nullable(),
  changedBy: z.string().nullable().openapi({ description: "Login" }),
  /** Has to be sent back with a change. */
  version: z.number().int(),
  /** Changed past the platform: `policy` is what holds in its place, until it is set anew. */
  broken: z.boolean(),
}).openapi("PolicyView");

export const policyListSchema = z.strictObject({ policies: z.array(policyViewSchema) })
  .openapi("PolicyList");

export const changePolicyBodySchema = z.strictObject({
  policy: securityPolicySchema,
  version: z.number().int().min(0),
});

export type SecurityPolicy = z.infer<typeof securityPolicySchema>;
export type PolicyKind = z.infer<typeof policyKindSchema>;
export type PolicyView = z.infer<typeof policyViewSchema>;
