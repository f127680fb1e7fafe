import { actorOf } from "./begin_session.ts";
import { countRecoveryCodes } from "./factors/store.ts";
import type { SignInDeps, SignInVisit } from "./sign_in_deps.ts";
import type { AccountForSignIn } from "./store.ts";

/** After one was taken: the person, and who watches, see how many are left. */
export async function recordRecoveryCode(
  { db, audit }: Pick<SignInDeps, "db" | "audit">,
  account: AccountForSignIn,
  { visit, sessionId }: {
    readonly visit: Pick<SignInVisit, "address" | "traceId">;
    readonly sessionId: string | null;
  },
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const left = await countRecoveryCodes(tx, account.id);
    await audit.record(tx, actorOf(account, { visit, sessionId }), [{
      kind: "access.recovery_code_used",
      result: "succeeded",
      objectId: account.id,
      fields: { left },
    }]);
  });
}
