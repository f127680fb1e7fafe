import { SsoUnavailable } from "../../../gateways/sso/sso_client.ts";
import { DomainError } from "../../../platform/errors.ts";
import { newId } from "../../../platform/ids.ts";
import { tagOf } from "../../../platform/tagged_table.ts";
import type { Caller } from "../caller.ts";
import { newToken, type SessionToken } from "../sign_in/session_token.ts";
import type { SsoProviderName, SsoReturn } from "./contract.ts";
import { WAY_SECONDS_MAX } from "./cookie.ts";
import { getClient, type SsoDeps } from "./sso_deps.ts";
import { wayOf } from "./sso_way.ts";
import { insertAttempt } from "./store.ts";
import { SSO_ATTEMPT_TAGGED } from "./tables.ts";

export interface SignOnWanted {
  readonly provider: SsoProviderName;
  readonly to: SsoReturn;
  /** Of a link, who asks for it; null to sign in. */
  readonly linkTo: Pick<Caller, "accountId" | "sessionId"> | null;
}

export interface StartedSignOn {
  readonly url: string;
  /** For the cookie. */
  readonly token: SessionToken;
}

/** Throws DomainError `access.unavailable` where the provider cannot be asked. */
export async function startSignOn(
  deps: SsoDeps,
  { provider, to, linkTo }: SignOnWanted,
): Promise<StartedSignOn> {
  const client = getClient(deps, provider);
  const token = newToken();
  const url = await reach(() => client.startUrl(wayOf(token)));
  const at = deps.clock.now();
  const row = {
    id: newId(at),
    provider,
    cookie_digest: token.hash,
    purpose: linkTo === null ? "sign_in" : "link",
    account_id: linkTo?.accountId ?? null,
    session_id: linkTo?.sessionId ?? null,
    return_to: to,
    created_at: at,
    expires_at: new Date(at.getTime() + WAY_SECONDS_MAX * 1_000),
    used_at: null,
  } as const;
  const tag = await tagOf(deps.rowTags, SSO_ATTEMPT_TAGGED, row);
  await deps.db.transaction().execute((tx) => insertAttempt(tx, { ...row, tag }));
  return { url, token };
}

async function reach(ask: () => Promise<string>): Promise<string> {
  try {
    return await ask();
  } catch (cause) {
    if (!(cause instanceof SsoUnavailable)) throw cause;
    throw new DomainError("access.unavailable", "Cannot reach the identity provider", {
      cause,
      retry: "safe",
    });
  }
}
