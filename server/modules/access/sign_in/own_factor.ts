import type { SecondFactorState } from "./contract.ts";
import { keepNewTotp, makeTotp, type NewTotp, openPendingTotp } from "./enrol_totp.ts";
import { heldFactors } from "./factors/second_factor.ts";
import type { OwnSession } from "./own_session.ts";
import { setSessionSecret } from "./sessions/store.ts";
import type { SignInDeps, SignInVisit } from "./sign_in_deps.ts";

export async function ownSecondFactor(
  deps: SignInDeps,
  { account }: OwnSession,
): Promise<SecondFactorState> {
  const [held, policy] = await Promise.all([
    heldFactors(deps, account.id),
    deps.policies.get("person"),
  ]);
  return {
    totpEnrolledAt: held.totpEnrolledAt?.toISOString() ?? null,
    recoveryCodesLeft: held.recoveryCodes,
    certificates: held.certificates,
    required: policy.secondFactor.requiredFor.includes(account.duty),
  };
}

export async function beginOwnTotp(
  deps: SignInDeps,
  { session, account }: OwnSession,
): Promise<NewTotp> {
  const made = await makeTotp(deps, { login: account.login, pendingIn: "session" });
  await deps.db.transaction().execute((tx) => setSessionSecret(tx, session.id, made.sealed));
  return made;
}

export async function confirmOwnTotp(
  deps: SignInDeps,
  { session, account }: OwnSession,
  { code, visit }: { readonly code: string; readonly visit: SignInVisit },
): Promise<string[]> {
  const pending = await openPendingTotp(deps, {
    sealed: session.secret_sealed,
    pendingIn: "session",
    code,
  });
  const codes = await keepNewTotp(deps, account, { pending, visit, sessionId: session.id });
  await deps.db.transaction().execute((tx) => setSessionSecret(tx, session.id, null));
  return codes;
}
