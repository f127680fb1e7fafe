import { z } from "@hono/zod-openapi";
import { idField, timeField } from "../../../platform/openapi.ts";
import { DUTIES } from "../permission.ts";

/** Wire shapes of signing in, of sessions and of second factors. */

const TEXT_MAX = 256;

const loginField = z.string().min(1).max(64).openapi({ description: "In any case" });
/** Bounded by the longest a policy may ask; what a password must be like the policy says. */
const passwordField = z.string().min(1).max(128);
const nameField = z.string().max(TEXT_MAX);

export const SECOND_FACTORS = ["totp", "certificate", "recovery_code"] as const;

export const signInBodySchema = z.strictObject({ login: loginField, password: passwordField });

/** What a new password must be like, to be said beside the field. */
export const passwordRulesSchema = z.strictObject({
  lengthMin: z.number().int(),
  classesMin: z.number().int().openapi({ description: "Of small, capital, digit, other" }),
  history: z.number().int().openapi({ description: "Earlier passwords that may not come again" }),
  ageDaysMax: z.number().int(),
}).openapi("PasswordRules");

export const sessionInfoSchema = z.strictObject({
  sessionId: idField,
  accountId: idField,
  login: z.string(),
  /** The caller's own. */
  name: nameField,
  duty: z.enum(DUTIES),
  organisationId: idField,
  organisationName: nameField,
  factors: z.array(z.enum(["password", "totp", "certificate", "recovery_code", "sso"])),
  signedInAt: timeField,
  confirmedAt: timeField.nullable().openapi({
    description: "When password and second factor were last shown; dangerous actions ask for it",
  }),
  idleSecondsMax: z.number().int(),
  expiresAt: timeField,
  passwordExpiresAt: timeField.nullable(),
  csrfToken: z.string().openapi({ description: "Goes into x-csrf-token of every write" }),
  permissions: z.array(z.strictObject({ permission: z.string(), title: z.string() })),
}).openapi("SessionInfo");

/** What comes next on the way in; the attempt itself is a cookie. */
export const signInReplySchema = z.discriminatedUnion("step", [
  z.strictObject({
    step: z.literal("password_change"),
    why: z.enum(["one_time", "expired"]),
    rules: passwordRulesSchema,
  }),
  z.strictObject({ step: z.literal("second_factor_enrolment") }),
  z.strictObject({
    step: z.literal("second_factor"),
    options: z.array(z.enum(SECOND_FACTORS)),
  }),
  z.strictObject({ step: z.literal("signed_in"), session: sessionInfoSchema }),
]).openapi("SignInReply");

export const newPasswordBodySchema = z.strictObject({ newPassword: passwordField });

export const changePasswordBodySchema = z.strictObject({
  password: passwordField,
  newPassword: passwordField,
});

/** Why a new password is refused, as the `detail` of `access.weak_password`, comma-separated. */
export const PASSWORD_FLAWS = [
  "too_short",
  "too_few_classes",
  "used_before",
  "common",
  "own_word",
  "of_login_or_name",
  "keyboard",
  "repeated",
] as const;

const codeField = z.string().regex(/^\d{6}$/);
const recoveryField = z.string().min(8).max(32).openapi({ example: "7KQ2-M9XA-3DFT" });

export const secondFactorBodySchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("totp"), code: codeField }),
  z.strictObject({ kind: z.literal("recovery_code"), code: recoveryField }),
]);

/** A new TOTP secret, shown this once; it counts after a code of it was shown. */
export const totpEnrolmentSchema = z.strictObject({
  otpauthUrl: z.string().openapi({ description: "For a QR code" }),
  secret: z.string().openapi({ description: "Base32, for typing in" }),
}).openapi("TotpEnrolment");

export const totpConfirmBodySchema = z.strictObject({ code: codeField });

export const totpEnrolledSchema = z.strictObject({
  recoveryCodes: z.array(z.string()).openapi({ description: "Shown this once, each good once" }),
}).openapi("TotpEnrolled");

export const totpEnrolledInSignInSchema = totpEnrolledSchema.extend({
  next: signInReplySchema,
}).openapi("TotpEnrolledInSignIn");

export const secondFactorStateSchema = z.strictObject({
  totpEnrolledAt: timeField.nullable(),
  recoveryCodesLeft: z.number().int(),
  certificates: z.number().int(),
  required: z.boolean(),
}).openapi("SecondFactorState");

/** Again before a dangerous action; without a factor where the account has none. */
export const confirmBodySchema = z.strictObject({
  password: passwordField,
  factor: secondFactorBodySchema.optional(),
});

export const sessionRowSchema = z.strictObject({
  id: idField,
  accountId: idField,
  login: z.string(),
  organisationId: idField,
  signedInAt: timeField,
  lastUsedAt: timeField,
  expiresAt: timeField,
  address: z.string().nullable(),
  agent: z.string().nullable(),
  factors: z.array(z.string()),
  /** The one that asks. */
  own: z.boolean(),
}).openapi("SessionRow");

export const sessionListSchema = z.strictObject({
  sessions: z.array(sessionRowSchema),
  /** To go on after the last; null at the end. */
  next: z.string().nullable(),
}).openapi("SessionList");

export const sessionQuerySchema = z.strictObject({
  accountId: idField.optional(),
  after: idField.optional(),
});

export const endOwnSessionsBodySchema = z.strictObject({
  /** True keeps the one that asks. */
  others: z.boolean(),
});

export const sessionsEndedSchema = z.strictObject({ ended: z.number().int() });

export const lockRowSchema = z.strictObject({
  of: z.enum(["account", "address"]),
  /** Login or address. */
  name: z.string(),
  accountId: idField.nullable(),
  failures: z.number().int(),
  lastFailedAt: timeField,
  lockedUntil: timeField.nullable(),
}).openapi("LockRow");

export const lockListSchema = z.strictObject({ locks: z.array(lockRowSchema) }).openapi("LockList");

export const unlockBodySchema = z.strictObject({
  of: z.enum(["account", "address"]),
  name: z.string().min(1).max(64).openapi({ description: "Login or address" }),
});

export const oneTimePasswordSchema = z.strictObject({
  oneTimePassword: z.string().openapi({ description: "Shown this once" }),
  expiresAt: timeField,
}).openapi("OneTimePassword");

export type SignInBody = z.infer<typeof signInBodySchema>;
export type SignInReply = z.infer<typeof signInReplySchema>;
export type SessionInfo = z.infer<typeof sessionInfoSchema>;
export type PasswordRules = z.infer<typeof passwordRulesSchema>;
export type SecondFactorBody = z.infer<typeof secondFactorBodySchema>;
export type SessionRow = z.infer<typeof sessionRowSchema>;
export type SecondFactorState = z.infer<typeof secondFactorStateSchema>;
export type LockRow = z.infer<typeof lockRowSchema>;
export type PasswordFlaw = typeof PASSWORD_FLAWS[number];
