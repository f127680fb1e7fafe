import { NAME_COLUMN } from "../accounts/account_view.ts";
import { findOrganisationById } from "../store.ts";
import { PERMISSIONS } from "../permission.ts";
import type { SessionInfo } from "./contract.ts";
import { type Factor, passwordExpiry } from "./next_step.ts";
import { csrfTokenOf, type SessionToken } from "./session_token.ts";
import type { SignInDeps, SignInVisit } from "./sign_in_deps.ts";
import { findPassword } from "./passwords/store.ts";
import type { ConsoleSession } from "./sessions/store.ts";
import type { AccountForSignIn } from "./store.ts";

/** What is allowed is told for where the request comes from, not for where somebody signed in. */
export async function sessionInfo(
  deps: SignInDeps,
  { session, account, token }: {
    readonly session: ConsoleSession;
    readonly account: AccountForSignIn;
    readonly token: SessionToken;
  },
  { address }: Pick<SignInVisit, "address">,
): Promise<SessionInfo> {
  const [policy, organisation, password, rights, name] = await Promise.all([
    deps.policies.get("person"),
    findOrganisationById(deps.db, account.organisation_id),
    findPassword(deps.db, account.id),
    deps.rights.get({ id: account.id, rightsVersion: account.rights_version }, address),
    deps.sealer.open(NAME_COLUMN, account.name_sealed),
  ]);
  return {
    sessionId: session.id,
    accountId: account.id,
    login: account.login,
    name,
    duty: account.duty,
    organisationId: account.organisation_id,
    organisationName: organisation?.name ?? "",
    factors: readFactors(session.factors),
    signedInAt: session.signed_in_at.toISOString(),
    confirmedAt: session.confirmed_at?.toISOString() ?? null,
    idleSecondsMax: policy.session.idleMinutesMax * 60,
    expiresAt: session.expires_at.toISOString(),
    passwordExpiresAt: password ? passwordExpiry(password, policy).toISOString() : null,
    csrfToken: csrfTokenOf(token),
    permissions: [...rights.keys()].sort()
      .map((permission) => ({ permission, title: PERMISSIONS[permission].title })),
  };
}

/** As we wrote them. */
export function readFactors(text: string): Factor[] {
  const parsed: unknown = JSON.parse(text);
  return Array.isArray(parsed) ? parsed.filter(isFactor) : [];
}

const FACTORS: readonly unknown[] = [
  "password",
  "sso",
  "sso_second_factor",
  "totp",
  "certificate",
  "recovery_code",
];

function isFactor(value: unknown): value is Factor {
  return FACTORS.includes(value);
}
