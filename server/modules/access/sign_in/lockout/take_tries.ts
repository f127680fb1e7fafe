import type { Kysely, Transaction } from "kysely";
import { isIP } from "node:net";
import type { SecurityPolicy } from "../../policy/contract.ts";
import { forgetFailures, giveTryBack, lockFailures, takeTry, type TryTaken } from "./store.ts";
import type { SignInTables } from "../tables.ts";

/**
 * How often somebody may guess. A try is taken before anything is checked and given back when it
 * was good, in one statement each: however many come at once, no more than the policy allows are
 * looked at (8.1.4.1 b).
 */

const MINUTE_MS = 60_000;
/** So many failures cost no wait; a whole institution may stand behind one address. */
const ACCOUNT_FREE = 1;
const ADDRESS_FREE = 10;

export interface Tries {
  /** Account id; of a login nobody has, a row all of those share. */
  readonly account: string;
  readonly address: string;
}

export interface TakenTries {
  readonly isAllowed: boolean;
  readonly account: TryTaken;
  readonly address: TryTaken;
}

export function triesOf(accountId: string, address: string | null): Tries {
  return { account: accountId, address: addressName(address) };
}

const GROUPS = 8;
const NETWORK_GROUPS = 4;

/** Of IPv6 the network a customer gets (/64): he has 2^64 addresses. */
export function addressName(address: string | null): string {
  if (address === null || isIP(address) === 0) return "unknown";
  if (isIP(address) === 4) return address;
  const [, plain = ""] =
    /^\[(.+)\]$/.exec(new URL(`http://[${address.replace(/%.*$/, "")}]/`).hostname) ?? [];
  const [head = [], tail = []] = plain.split("::").map((half) => half.split(":").filter(Boolean));
  const zeros = new Array<string>(Math.max(0, GROUPS - head.length - tail.length)).fill("0");
  return `${[...head, ...zeros, ...tail].slice(0, NETWORK_GROUPS).join(":")}::/64`;
}

export async function takeTries(
  db: Kysely<SignInTables>,
  tries: Tries,
  { now, lockout }: { readonly now: Date; readonly lockout: SecurityPolicy["lockout"] },
): Promise<TakenTries> {
  const lockMs = lockout.lockMinutes * MINUTE_MS;
  return await db.transaction().execute(async (tx) => {
    const address = await takeTry(tx, {
      kind: "address",
      name: tries.address,
      now,
      lockMs,
      failuresMax: lockout.addressFailuresMax,
      free: ADDRESS_FREE,
    });
    const account = await takeTry(tx, {
      kind: "account",
      name: tries.account,
      now,
      lockMs,
      failuresMax: lockout.failuresMax,
      free: ACCOUNT_FREE,
    });
    return { isAllowed: address.isTaken && account.isTaken, account, address };
  });
}

/**
 * Of who has signed in: an institution's people stand behind one address, and what each of them
 * mistyped before must not add up over a morning.
 */
export async function forgetOwnFailures(
  tx: Transaction<SignInTables>,
  { account, address }: Tries,
  now: Date,
): Promise<void> {
  await lockFailures(tx, { kind: "address", name: address });
  const failures = await forgetFailures(tx, { kind: "account", name: account });
  if (!failures) return;
  await giveTryBack(tx, { kind: "address", name: address, now, failures });
}

/** Only those that were taken. */
export async function giveTriesBack(
  tx: Transaction<SignInTables>,
  tries: Tries,
  { now, taken }: { readonly now: Date; readonly taken: TakenTries },
): Promise<void> {
  const { address, account } = taken;
  if (address.isTaken) await giveTryBack(tx, { kind: "address", name: tries.address, now });
  if (account.isTaken) await giveTryBack(tx, { kind: "account", name: tries.account, now });
}
