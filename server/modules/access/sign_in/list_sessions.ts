import type { Scope } from "../scope.ts";
import type { LockRow, SessionRow } from "./contract.ts";
import { listFailures } from "./lockout/store.ts";
import type { OwnSession } from "./own_session.ts";
import { readFactors } from "./session_info.ts";
import type { SignInDeps } from "./sign_in_deps.ts";
import { listAccountSessions, listOpenSessions, type SessionWithLogin } from "./sessions/store.ts";

const PAGE_SESSIONS = 50;
const LOCKS_SHOWN_MAX = 200;

interface SessionPage {
  readonly sessions: SessionRow[];
  readonly next: string | null;
}

export async function listOwnSessions(deps: SignInDeps, own: OwnSession): Promise<SessionPage> {
  const { account, session } = own;
  const { login, organisation_id } = account;
  const now = deps.clock.now();
  const open = await listAccountSessions(deps.db, account.id);
  const sessions = open.filter((row) => row.expires_at > now)
    .map((row) => toRow({ ...row, login, organisation_id }, session.id));
  return { sessions, next: null };
}

export async function listSessions(
  deps: SignInDeps,
  { scope, accountId, after, ownId }: {
    readonly scope: Scope;
    readonly accountId: string | undefined;
    readonly after: string | undefined;
    readonly ownId: string | null;
  },
): Promise<SessionPage> {
  const asked = { scope, accountId, after, now: deps.clock.now(), limit: PAGE_SESSIONS + 1 };
  const rows = await listOpenSessions(deps.db, asked);
  const page = rows.slice(0, PAGE_SESSIONS);
  const next = rows.length > PAGE_SESSIONS ? page.at(-1)?.id ?? null : null;
  return { sessions: page.map((row) => toRow(row, ownId)), next };
}

/** An address may be anybody's: shown to those alone who may see all sessions of the city. */
export async function listLocks(
  deps: SignInDeps,
  { scope, addresses }: { readonly scope: Scope; readonly addresses: boolean },
): Promise<LockRow[]> {
  const now = deps.clock.now();
  const rows = await listFailures(deps.db, { scope, addresses, limit: LOCKS_SHOWN_MAX });
  return rows.map((row) => ({
    of: row.kind,
    name: row.login ?? row.name,
    accountId: row.kind === "account" ? row.name : null,
    failures: row.failures,
    lastFailedAt: row.last_failed_at.toISOString(),
    lockedUntil: row.locked_until !== null && row.locked_until > now
      ? row.locked_until.toISOString()
      : null,
  }));
}

function toRow(row: SessionWithLogin, ownId: string | null): SessionRow {
  return {
    id: row.id,
    accountId: row.account_id,
    login: row.login,
    organisationId: row.organisation_id,
    signedInAt: row.signed_in_at.toISOString(),
    lastUsedAt: row.last_used_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    address: row.address,
    agent: row.agent,
    factors: readFactors(row.factors),
    own: row.id === ownId,
  };
}
