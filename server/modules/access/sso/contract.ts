import { z } from "@hono/zod-openapi";
import { idField, timeField } from "../../../platform/openapi.ts";

/**
 * Single sign-on (R-ORG-06, R-INT-05), under `/api/console/v1`:
 *
 * | call | needs | does |
 * |---|---|---|
 * | `GET /sso/providers` | nothing | SsoProviderList; empty where none is configured |
 * | `GET /sso/{provider}/start?to=` | nothing | 302 to the provider; a page goes there, not a script |
 * | `GET /sso/{provider}/callback` | nothing | 302 to the page, see below |
 * | `GET /own/sso-links` | signed in | SsoLinkList |
 * | `POST /own/sso-links/{provider}` | signed in, confirmed | SsoStart: the page goes to its `url` |
 * | `POST /own/sso-links/{linkId}/remove` | signed in, confirmed | 204 |
 * | `GET /accounts/{id}/sso-links` | `account.read` | SsoLinkList |
 * | `POST /accounts/{id}/sso-links` AddSsoLinkBody | `account.change`, confirmed | 201 SsoLinkView |
 * | `POST /accounts/{id}/sso-links/{linkId}/remove` | `account.change`, confirmed | 204 |
 * | `GET /own/sso-sign-out` | signed in | SsoSignOut: where the provider's own session is ended |
 *
 * The way back ends on one of SSO_RETURNS, with `?sso=` and one of SSO_OUTCOMES. After `signed_in`
 * the session is there (`GET /session`); after `second_factor` (with `&options=totp.certificate`)
 * and `second_factor_enrolment` the page goes on as after a password: the attempt is a cookie.
 * Accounts are found by a link made before, never made here, and get no right from the provider.
 *
 * Accounts of the three administrators are linked by their owners only: `access.link_own_only`
 * to anybody else. `access.link_taken`, `access.too_many_links`, `access.unavailable` (503) where
 * the provider cannot be asked.
 */

export const SSO_PROVIDERS = ["oidc", "cas"] as const;

/** Where a sign-in may end: names, so that no address from outside is ever gone to. */
export const SSO_RETURNS = {
  home: "/console/",
  audit: "/console/audit",
  approvals: "/console/approvals",
  own: "/console/own",
} as const;

export const SSO_OUTCOMES = [
  "signed_in",
  "second_factor",
  "second_factor_enrolment",
  "linked",
  "refused",
  "unavailable",
] as const;

const SUBJECT_LENGTH_MAX = 255;
const TITLE_LENGTH_MAX = 50;

export const ssoProviderField = z.enum(SSO_PROVIDERS);

export const ssoReturnField = z.enum(["home", "audit", "approvals", "own"]);

export const ssoProviderListSchema = z.strictObject({
  providers: z.array(z.strictObject({
    provider: ssoProviderField,
    /** As the configuration calls it: 「医院统一身份认证」. */
    title: z.string().max(TITLE_LENGTH_MAX),
    startUrl: z.string(),
  })),
}).openapi("SsoProviderList");

export const ssoStartQuerySchema = z.strictObject({ to: ssoReturnField.default("home") });

export const ssoStartSchema = z.strictObject({ url: z.string() }).openapi("SsoStart");

export const ssoLinkViewSchema = z.strictObject({
  id: idField,
  provider: ssoProviderField,
  /** Masked but for its ends. */
  subject: z.string(),
  linkedAt: timeField,
  /** Login of who made it. */
  linkedBy: z.string(),
  lastUsedAt: timeField.nullable(),
  /** False where the configuration names another provider by now. */
  inUse: z.boolean(),
}).openapi("SsoLinkView");

export const ssoLinkListSchema = z.strictObject({ links: z.array(ssoLinkViewSchema) })
  .openapi("SsoLinkList");

export const addSsoLinkBodySchema = z.strictObject({
  id: idField,
  provider: ssoProviderField,
  /** Of OpenID Connect the `sub`, of CAS the user's name. */
  subject: z.string().min(1).max(SUBJECT_LENGTH_MAX).regex(/^[\x21-\x7e]+$/),
}).openapi("AddSsoLinkBody");

export const ssoSignOutSchema = z.strictObject({ url: z.string().nullable() })
  .openapi("SsoSignOut");

export type SsoProviderName = typeof SSO_PROVIDERS[number];
export type SsoReturn = z.infer<typeof ssoReturnField>;
export type SsoOutcome = typeof SSO_OUTCOMES[number];
export type SsoLinkView = z.infer<typeof ssoLinkViewSchema>;
export type AddSsoLinkBody = z.infer<typeof addSsoLinkBodySchema>;
