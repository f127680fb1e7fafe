import { z } from "@hono/zod-openapi";
import { idField, timeField } from "../../../platform/openapi.ts";
import { certificateProofSchema } from "../certificates/contract.ts";
import { DUTIES } from "../permission.ts";

/**
 * Signing in, sessions and second factors, under `/api/console/v1`:
 *
 * | call | needs | does |
 * |---|---|---|
 * | `POST /sign-in` SignInBody | nothing | SignInReply: the next step, until `signed_in` |
 * | `POST /sign-in/password` NewPasswordBody | step `password_change` | SignInReply |
 * | `POST /sign-in/second-factor` SecondFactorBody | step `second_factor` | SignInReply |
 * | `POST /sign-in/certificate-challenge` | step `second_factor` | CertificateChallenge |
 * | `POST /sign-in/totp` | step `second_factor_enrolment` | TotpEnrolment |
 * | `POST /sign-in/totp/confirm` TotpConfirmBody | the same | TotpEnrolledInSignIn |
 * | `GET /session` | signed in | SessionInfo; 401 where nobody is |
 * | `POST /session/confirm` ConfirmBody | signed in | SessionInfo under a new token |
 * | `POST /session/certificate-challenge` | signed in | CertificateChallenge, for confirming |
 * | `POST /session/end` | signed in | 204, signed out |
 * | `GET /own/sessions` | signed in | SessionList |
 * | `POST /own/sessions/end` EndOwnSessionsBody | signed in | SessionsEnded |
 * | `POST /own/password` ChangePasswordBody | signed in | SessionInfo; other sessions end |
 * | `GET /own/password-rules` | signed in | PasswordRules |
 * | `GET /own/second-factor` | signed in | SecondFactorState |
 * | `POST /own/totp`, `/own/totp/confirm` | confirmed | TotpEnrolment, TotpEnrolled |
 * | `POST /own/recovery-codes` | confirmed | TotpEnrolled: new codes, the old ones are void |
 * | `GET /sessions?accountId&after` | `session.read` | SessionList |
 * | `POST /sessions/{id}/end` | `session.end` | 204 |
 * | `POST /accounts/{id}/sessions/end` | `session.end` | SessionsEnded |
 * | `GET /locks` | `session.read` | LockList |
 * | `POST /locks/end` UnlockBody | `session.end`, confirmed | 204 |
 * | `POST /accounts/{id}/password-reset` | `account.change`, confirmed | OneTimePassword |
 * | `POST /accounts/{id}/second-factor/reset` | `factor.reset`, confirmed | SecondFactorReset |
 *
 * Refused: `access.sign_in_refused` (401) whatever was wrong; `access.sign_in_over` (409): begin
 * anew; `access.weak_password` with the flaws as `detail`; `access.wrong_code`,
 * `access.no_enrolment`; `access.not_authenticated` (401); `access.reauthentication_needed` (403);
 * `access.cross_site` (403); `access.too_many_requests` (429, `retry-after`).
 */

const TEXT_MAX = 256;

const loginField = z.string().min(1).max(64).openapi({ description: "In any case" });
/** Bounded by the longest a policy may ask; what a password must be like the policy says. */
const passwordField = z.string().min(1).max(128);
const nameField = z.string().max(TEXT_MAX);

const SECOND_FACTORS = ["totp", "certificate", "recovery_code"] as const;

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
  factors: z.array(
    z.enum(["password", "totp", "certificate", "recovery_code", "sso", "sso_second_factor"]),
  ),
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
  certificateProofSchema,
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

/** What was there and is gone; nothing where the account held none. */
export const secondFactorResetSchema = z.strictObject({
  kinds: z.array(z.enum(SECOND_FACTORS)),
  certificates: z.number().int(),
  recoveryCodes: z.number().int(),
}).openapi("SecondFactorReset");

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
export type SecondFactorReset = z.infer<typeof secondFactorResetSchema>;
export type LockRow = z.infer<typeof lockRowSchema>;
export type PasswordFlaw = typeof PASSWORD_FLAWS[number];
