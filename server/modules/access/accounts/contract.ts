import { z } from "@hono/zod-openapi";
import { idField, timeField } from "../../../platform/openapi.ts";
import { limitField, lineField, pageCursor } from "../page.ts";
import { DUTIES } from "../permission.ts";
import { seenVersionField } from "../row_version.ts";

/**
 * Accounts in the console, under `/api/console/v1`:
 *
 * | call | does |
 * |---|---|
 * | `GET /accounts?login&organisationId&duty&kind&state&after&limit` AccountPage | by login |
 * | `GET /accounts/{id}` AccountView | one |
 * | `POST /accounts` CreateAccountBody | 201 CreatedAccount with the one-time password, told once |
 * | `PATCH /accounts/{id}` ChangeAccountBody | AccountView |
 * | `POST /accounts/{id}/enable`, `/disable`, `/close` AccountStateBody | AccountView |
 *
 * Refused with `access.last_administrator` where nobody would be left in a duty, with
 * `access.login_taken`, `access.account_closed`.
 */

export const ACCOUNT_STATES = ["disabled", "enabled", "closed"] as const;
export const ACCOUNT_KINDS = ["person", "program"] as const;

/** Names every attacker tries first (GB/T 22239-2019 8.1.4.2 b). */
const DEFAULT_LOGINS: ReadonlySet<string> = new Set([
  "admin",
  "administrator",
  "auditor",
  "guest",
  "operator",
  "root",
  "secadmin",
  "sysadmin",
  "system",
  "test",
  "user",
]);

/** Small letters, digits and . _ - inside; begins with a letter. */
const loginField = z.string().regex(/^[a-z][a-z0-9._-]{2,31}$/)
  .refine((login) => !DEFAULT_LOGINS.has(login), { error: "expected nobody's usual name" });
const nameField = lineField(50);
/** What every database can keep. */
const expiryField = timeField.regex(/^20/).nullable();

export const accountViewSchema = z.object({
  id: idField,
  kind: z.enum(ACCOUNT_KINDS),
  login: z.string(),
  name: z.string(),
  organisation: z.object({ id: idField, name: z.string() }),
  duty: z.enum(DUTIES),
  state: z.enum(ACCOUNT_STATES),
  /** Why it is disabled: `new`, `manual`, `expired`, `unused`. */
  disabledWhy: z.string().nullable(),
  createdAt: timeField,
  expiresAt: timeField.nullable(),
  lastUsedAt: timeField.nullable(),
  /** To be sent back with a change. */
  version: z.string(),
}).openapi("AccountView");

export const accountPageSchema = z.object({
  accounts: z.array(accountViewSchema),
  next: z.string().nullable(),
}).openapi("AccountPage");

export const accountQuerySchema = z.strictObject({
  /** How the login begins. */
  login: z.string().regex(/^[a-z0-9._-]{1,32}$/).optional(),
  /** With all below. */
  organisationId: idField.optional(),
  duty: z.enum(DUTIES).optional(),
  kind: z.enum(ACCOUNT_KINDS).optional(),
  state: z.enum(ACCOUNT_STATES).optional(),
  after: pageCursor.optional(),
  limit: limitField,
});

/** State, rights and password are never the creator's to choose. */
export const createAccountBodySchema = z.strictObject({
  id: idField,
  kind: z.enum(ACCOUNT_KINDS),
  login: loginField,
  name: nameField,
  organisationId: idField,
  duty: z.enum(DUTIES),
  expiresAt: expiryField,
}).openapi("CreateAccountBody");

export const createdAccountSchema = z.object({
  account: accountViewSchema,
  /** Of persons; shown here and never again. */
  oneTimePassword: z.string().nullable(),
}).openapi("CreatedAccount");

/** As the shell is told it. */
export const firstAdministratorSchema = z.strictObject({
  duty: z.enum(["system", "security", "audit"]),
  login: loginField,
  name: nameField,
});

/** The duty is not among it: it is chosen once. */
export const changeAccountBodySchema = z.strictObject({
  name: nameField.optional(),
  expiresAt: expiryField.optional(),
  /** As it was seen; another by now answers 409 `access.changed_meanwhile`. */
  version: seenVersionField,
}).openapi("ChangeAccountBody");

/** Why, for the audit trail; a program may leave it out. */
export const accountStateBodySchema = z.strictObject({
  reason: lineField(200).optional(),
}).openapi("AccountStateBody");

export type AccountStateBody = z.infer<typeof accountStateBodySchema>;
export type AccountView = z.infer<typeof accountViewSchema>;
export type AccountPage = z.infer<typeof accountPageSchema>;
export type AccountQuery = z.infer<typeof accountQuerySchema>;
export type CreateAccountBody = z.infer<typeof createAccountBodySchema>;
export type CreatedAccount = z.infer<typeof createdAccountSchema>;
export type ChangeAccountBody = z.infer<typeof changeAccountBodySchema>;
