import type { Transaction } from "kysely";
import type { PasswordHash } from "../../../../crypto/password_hash.ts";
import { toBase32 } from "../../../../crypto/totp.ts";
import type { SecurityPolicies } from "../policy/security_policies.ts";
import { keepPassword, type KeepPasswordDeps } from "./keep_password.ts";
import type { PasswordWork } from "./password_work.ts";
import type { SignInTables } from "./tables.ts";

export interface OneTimePasswordDeps extends KeepPasswordDeps {
  readonly passwords: PasswordWork;
  readonly policies: SecurityPolicies;
}

/** Made outside of the transaction that keeps it: deriving takes a quarter of a second. */
export interface OneTimePassword {
  /** Told once, kept nowhere. */
  readonly text: string;
  readonly kept: PasswordHash;
  readonly until: Date;
}

const HOUR_MS = 3_600_000;
/** 80 bits in sixteen letters and digits. */
const RANDOM_BYTES = 10;

/** A password good for one sign-in, at which it has to be changed (`K7Q2-M9XA-…`). */
export async function newOneTimePassword(deps: OneTimePasswordDeps): Promise<OneTimePassword> {
  const { password } = await deps.policies.get("person");
  const letters = toBase32(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)));
  const text = letters.match(/.{4}/g)?.join("-") ?? letters;
  return {
    text,
    kept: await deps.passwords.hash(text),
    until: new Date(deps.clock.now().getTime() + password.oneTimeHoursMax * HOUR_MS),
  };
}

export async function keepOneTimePassword(
  deps: KeepPasswordDeps,
  tx: Transaction<SignInTables>,
  { accountId, password }: { readonly accountId: string; readonly password: OneTimePassword },
): Promise<void> {
  await keepPassword(deps, tx, { accountId, kept: password.kept, oneTimeUntil: password.until });
}
