import type { SecondFactorState } from "./contract.ts";
import { keepNewTotp, makeTotp, type NewTotp, noEnrolment, openPendingTotp } from "./enrol_totp.ts";
import { heldFactors } from "./factors/second_factor.ts";
import type { OwnSession } from "./own_session.ts";
import { keepSessionSecret, takeSessionSecret } from "./sessions/change_session.ts";
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
  const isKept = await deps.db.transaction().execute((tx) =>
    keepSessionSecret(deps, tx, { id: session.id, sealed: made.sealed })
  );
  if (!isKept) throw noEnrolment();
  return made;
}

export async function confirmOwnTotp(
  deps: SignInDeps,
  { session, account }: OwnSession,
  { code, visit }: { readonly code: string; readonly visit: SignInVisit },
): Promise<string[]> {
  const { id: sessionId, secret_sealed: sealed } = session;
  if (!sealed) throw noEnrolment();
  const pending = await openPendingTotp(deps, { sealed, pendingIn: "session", code });
  return await keepNewTotp(deps, account, {
    pending,
    visit,
    sessionId,
    async takeTurn(tx) {
      if (!await takeSessionSecret(deps, tx, { id: sessionId, sealed })) throw noEnrolment();
    },
  });
}
