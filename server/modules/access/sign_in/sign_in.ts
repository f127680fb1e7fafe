import { sm3 } from "../../../../crypto/sm3.ts";
import type { SignInBody } from "./contract.ts";
import { goOn, type WentOn } from "./go_on.ts";
import { passwordColumns, rehashPassword } from "./keep_password.ts";
import {
  giveTriesBack,
  type TakenTries,
  takeTries,
  type Tries,
  triesOf,
} from "./lockout/take_tries.ts";
import { recordRefusedSignIn, type RefusedWhy, signInRefused } from "./refuse_sign_in.ts";
import type { SignInDeps, SignInVisit } from "./sign_in_deps.ts";
import { findPassword, type PasswordRow } from "./passwords/store.ts";
import { type AccountForSignIn, findAccountByLogin } from "./store.ts";

interface Found {
  readonly account: AccountForSignIn | null;
  readonly password: PasswordRow | null;
}

/**
 * The first step. Whatever is wrong, one derivation is done, the tries are counted and the same is
 * answered, so that neither words nor time tell who has an account. Throws DomainError
 * `access.sign_in_refused`.
 */
export async function signIn(
  deps: SignInDeps,
  { login, password }: SignInBody,
  visit: SignInVisit,
): Promise<WentOn> {
  const found = await find(deps, login.trim().toLowerCase());
  const tries = triesOf(found.account?.id ?? bucketOf(login), visit.address);
  const { lockout } = await deps.policies.get("person");
  const taken = await takeTries(deps.db, tries, { now: deps.clock.now(), lockout });
  const why = await judge(deps, { found, typed: password, taken });
  const { account } = found;
  if (why !== null || !account) {
    const refused = { step: "password", why: why ?? "unknown_login", account } as const;
    await recordRefusedSignIn(deps, { ...refused, tries, taken, visit });
    throw signInRefused();
  }
  await settle(deps, { found, typed: password, tries, taken });
  const progress = {
    account,
    factors: ["password"],
    ...(found.password && { password: found.password }),
  } as const;
  const gone = await goOn(deps, progress, visit);
  if (!gone) throw signInRefused();
  return gone;
}

async function find(deps: SignInDeps, login: string): Promise<Found> {
  const account = await findAccountByLogin(deps.db, login);
  // Asked for nobody too: both take the same way.
  const password = await findPassword(deps.db, account?.id ?? NO_ACCOUNT);
  const isOurs = password !== null &&
    await deps.rowTags.fits("account_password", passwordColumns(password), password.tag);
  return { account, password: isOurs ? password : null };
}

const NO_ACCOUNT = "00000000-0000-7000-8000-000000000000";

/** Logins nobody has are counted too, in a bounded number of rows. */
function bucketOf(login: string): string {
  const [first = 0] = sm3(new TextEncoder().encode(login));
  return `unknown-${first}`;
}

/** Why not, or null; exactly one derivation, after everything else was asked. */
async function judge(
  deps: SignInDeps,
  { found: { account, password }, typed, taken }: {
    readonly found: Found;
    readonly typed: string;
    readonly taken: TakenTries;
  },
): Promise<RefusedWhy | null> {
  const isTried = taken.isAllowed && account?.kind === "person" && password !== null;
  const fits = isTried
    ? await deps.passwords.fits(typed, password)
    : await deps.passwords.pretend(typed);
  if (!taken.isAllowed) return "locked";
  if (!account || account.kind !== "person") return "unknown_login";
  if (!fits || !password) return "wrong_password";
  if (account.state !== "enabled") return "not_enabled";
  const now = deps.clock.now();
  if (account.expires_at !== null && now >= account.expires_at) return "account_over";
  const isOver = password.expires_at !== null && now >= password.expires_at;
  return isOver ? "one_time_over" : null;
}

/** The password was good: the tries come back, and old parameters are replaced. */
async function settle(
  deps: SignInDeps,
  { found: { password }, typed, tries, taken }: {
    readonly found: Found;
    readonly typed: string;
    readonly tries: Tries;
    readonly taken: TakenTries;
  },
): Promise<void> {
  const isOld = password !== null && password.iterations !== deps.passwords.iterations;
  const kept = isOld ? await deps.passwords.hash(typed) : null;
  await deps.db.transaction().execute(async (tx) => {
    if (password && kept) await rehashPassword(deps, tx, { before: password, kept });
    await giveTriesBack(tx, tries, { now: deps.clock.now(), taken });
  });
}
