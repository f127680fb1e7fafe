import { z } from "@hono/zod-openapi";
import { idField, timeField } from "../../../platform/openapi.ts";
import { limitField, lineField, pageCursor } from "../page.ts";
import { DUTIES, isPermission, type Permission } from "../permission.ts";
import { seenVersionField } from "../row_version.ts";

/**
 * Roles, grants and requests for them in the console, under `/api/console/v1`:
 *
 * | call | does |
 * |---|---|
 * | `GET /permissions` PermissionList | every permission with its title and duties |
 * | `GET /roles` RoleList | all; there are at most ROLES_MAX |
 * | `POST /roles` CreateRoleBody, `PATCH /roles/{id}` ChangeRoleBody, `DELETE /roles/{id}` | of built-in roles only the addresses change |
 * | `GET /grants?accountId&roleId&organisationId&state&after&limit` GrantPage | newest first |
 * | `GET /rights-requests?state&accountId&after&limit` RightsRequestPage | newest first |
 * | `GET /own-rights-requests` the same query | RightsRequestPage of those the caller made |
 * | `GET /rights-request-choices?login` RequestChoices | accounts and roles the caller may ask for |
 * | `POST /rights-requests` RequestRightsBody | 201 RightsRequestView |
 * | `POST /rights-requests/{id}/approve`, `/refuse` DecideRequestBody | by the security administrator, never on one's own |
 * | `POST /rights-requests/{id}/withdraw` | by who asked |
 * | `GET /rights-explanations?accountId&organisationId&address` RightsExplanation | why an account can do what it can there |
 *
 * Refused with `access.own_request`, `access.request_decided`, `access.already_granted`,
 * `access.last_administrator`, `access.builtin_role`, `access.role_in_use`, `access.role_held`,
 * `access.duty_excludes`, `access.locks_you_out`.
 */

/** A program's or person's permissions on paper. */
const permissionField = z.string().refine((text): text is Permission => isPermission(text), {
  error: "expected a permission",
}).openapi({ example: "terminal.read" });

const ADDRESSES_MAX = 64;
export const ROLES_MAX = 500;

const dutyField = z.enum(DUTIES);
const named = z.object({ id: idField, name: z.string() });
const who = z.object({ id: idField, login: z.string() });

export const permissionListSchema = z.object({
  permissions: z.array(z.object({
    permission: z.string(),
    title: z.string(),
    duties: z.array(dutyField),
  })),
}).openapi("PermissionList");

export const roleViewSchema = z.object({
  id: idField,
  name: z.string(),
  duty: dutyField,
  builtin: z.boolean(),
  permissions: z.array(z.string()),
  /** CIDR ranges a caller must come from; null for everywhere. */
  addresses: z.array(z.string()).nullable(),
  changedAt: timeField,
  /** To be sent back with a change. */
  version: z.string(),
}).openapi("RoleView");

export const roleListSchema = z.object({ roles: z.array(roleViewSchema) }).openapi("RoleList");

const roleNameField = lineField(50);
const permissionsField = z.array(permissionField).min(1).max(100);
const addressesField = z.array(lineField(64)).min(1).max(ADDRESSES_MAX).nullable();

export const createRoleBodySchema = z.strictObject({
  id: idField,
  name: roleNameField,
  duty: dutyField,
  permissions: permissionsField,
  addresses: addressesField,
}).openapi("CreateRoleBody");

export const changeRoleBodySchema = z.strictObject({
  name: roleNameField.optional(),
  permissions: permissionsField.optional(),
  addresses: addressesField.optional(),
  /** As it was seen; another by now answers 409 `access.changed_meanwhile`. */
  version: seenVersionField,
}).openapi("ChangeRoleBody");

export const grantViewSchema = z.object({
  id: idField,
  account: who,
  role: named,
  organisation: named,
  grantedBy: who.nullable(),
  grantedAt: timeField,
  expiresAt: timeField.nullable(),
  endedAt: timeField.nullable(),
  endedBy: who.nullable(),
}).openapi("GrantView");

export const grantPageSchema = z.object({
  grants: z.array(grantViewSchema),
  next: z.string().nullable(),
}).openapi("GrantPage");

export const grantQuerySchema = z.strictObject({
  accountId: idField.optional(),
  roleId: idField.optional(),
  /** With all below. */
  organisationId: idField.optional(),
  state: z.enum(["active", "ended"]).optional(),
  after: idField.optional(),
  limit: limitField,
});

const REQUEST_STATES = ["waiting", "approved", "refused", "withdrawn"] as const;

export const rightsRequestViewSchema = z.object({
  id: idField,
  kind: z.enum(["grant", "end"]),
  account: who,
  role: named,
  organisation: named,
  grantId: idField.nullable(),
  grantExpiresAt: timeField.nullable(),
  reason: z.string(),
  requestedBy: who,
  requestedAt: timeField,
  state: z.enum(REQUEST_STATES),
  decidedBy: who.nullable(),
  decidedAt: timeField.nullable(),
  note: z.string().nullable(),
}).openapi("RightsRequestView");

export const rightsRequestPageSchema = z.object({
  requests: z.array(rightsRequestViewSchema),
  next: z.string().nullable(),
}).openapi("RightsRequestPage");

export const rightsRequestQuerySchema = z.strictObject({
  state: z.enum(REQUEST_STATES).optional(),
  accountId: idField.optional(),
  after: idField.optional(),
  limit: limitField,
});

const reasonField = lineField(200);

export const requestRightsBodySchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("grant"),
    id: idField,
    accountId: idField,
    roleId: idField,
    organisationId: idField,
    /** What every database can keep. */
    expiresAt: timeField.regex(/^20/).nullable(),
    reason: reasonField,
  }),
  z.strictObject({
    kind: z.literal("end"),
    id: idField,
    grantId: idField,
    reason: reasonField,
  }),
]).openapi("RequestRightsBody");

export const decideRequestBodySchema = z.strictObject({ note: reasonField.nullable() }).openapi(
  "DecideRequestBody",
);

export const explanationQuerySchema = z.strictObject({
  accountId: idField,
  organisationId: idField,
  /** Where the account would come from; address rules are not looked at without. */
  address: pageCursor.optional(),
});

export const requestChoicesQuerySchema = z.strictObject({
  /** How the login begins. */
  login: z.string().regex(/^[a-z0-9._-]{1,32}$/).optional(),
  limit: limitField,
});

export const requestChoicesSchema = z.object({
  accounts: z.array(who.extend({ duty: dutyField })),
  roles: z.array(named.extend({ duty: dutyField })),
}).openapi("RequestChoices");

/** Why a grant gives nothing here: the first that holds. */
const GRANT_TROUBLES = ["ended", "expired", "elsewhere", "address", "broken"] as const;
/** Why an account can do nothing anywhere. */
const ACCOUNT_TROUBLES = ["disabled", "closed", "expired", "broken"] as const;

export const rightsExplanationSchema = z.object({
  account: who.extend({ duty: dutyField }),
  organisation: named,
  accountTrouble: z.enum(ACCOUNT_TROUBLES).nullable(),
  /** Newest first, at most GRANTS_EXPLAINED_MAX. */
  grants: z.array(z.object({
    id: idField,
    role: named,
    organisation: named,
    addresses: z.array(z.string()).nullable(),
    requestedBy: who.nullable(),
    /** Null for the first administrators, made on the server's shell. */
    approvedBy: who.nullable(),
    approvedAt: timeField,
    expiresAt: timeField.nullable(),
    trouble: z.enum(GRANT_TROUBLES).nullable(),
  })),
  /** Every permission. */
  permissions: z.array(z.object({
    permission: z.string(),
    title: z.string(),
    held: z.boolean(),
    /** By which of the grants, whether they give it or not. */
    grantIds: z.array(idField),
    /** Null when held. `duty`: the account's duty may never hold it; `not_granted`; else of the grants. */
    whyNot: z.enum(["duty", "not_granted", "account", ...GRANT_TROUBLES]).nullable(),
  })),
}).openapi("RightsExplanation");

export type PermissionList = z.infer<typeof permissionListSchema>;
export type RoleView = z.infer<typeof roleViewSchema>;
export type RoleList = z.infer<typeof roleListSchema>;
export type CreateRoleBody = z.infer<typeof createRoleBodySchema>;
export type ChangeRoleBody = z.infer<typeof changeRoleBodySchema>;
export type GrantView = z.infer<typeof grantViewSchema>;
export type GrantPage = z.infer<typeof grantPageSchema>;
export type GrantQuery = z.infer<typeof grantQuerySchema>;
export type RightsRequestView = z.infer<typeof rightsRequestViewSchema>;
export type RightsRequestPage = z.infer<typeof rightsRequestPageSchema>;
export type RightsRequestQuery = z.infer<typeof rightsRequestQuerySchema>;
export type RequestRightsBody = z.infer<typeof requestRightsBodySchema>;
export type DecideRequestBody = z.infer<typeof decideRequestBodySchema>;
export type RequestChoices = z.infer<typeof requestChoicesSchema>;
export type RequestChoicesQuery = z.infer<typeof requestChoicesQuerySchema>;
export type RightsExplanation = z.infer<typeof rightsExplanationSchema>;
