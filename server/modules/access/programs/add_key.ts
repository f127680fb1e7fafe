import type { Transaction } from "kysely";
import { CryptoError } from "../../../../crypto/errors.ts";
import { publicKeyFromPem } from "../../../../crypto/keys.ts";
import { DomainError } from "../../../platform/errors.ts";
import { isTimely } from "../../../platform/ids.ts";
import { lockAccount } from "../accounts/store.ts";
import type { Caller } from "../caller.ts";
import { getScopedAccount } from "../scoped_account.ts";
import type { AccessTables } from "../tables.ts";
import type { AddedProgramKey, AddProgramKeyBody } from "./contract.ts";
import { makeSecret } from "./hmac_secret.ts";
import { type ManageKeysDeps, taggedKey } from "./manage_keys.ts";
import { type ProgramKeyRow, programKeyView } from "./program_key.ts";
import { countActiveKeys, findKeyRow, insertKeyRow } from "./store.ts";
import type { ProgramTables } from "./tables.ts";

/** Two: a new one is in use before the old one ends. */
const ACTIVE_KEYS_MAX = 2;
const DAY_MS = 86_400_000;

interface Asked {
  readonly accountId: string;
  readonly body: AddProgramKeyBody;
}

/**
 * Gives a program account another key: the program's own public key, or a secret made here. Throws
 * DomainError as `contract.ts` lists.
 */
export async function addKey(
  deps: ManageKeysDeps,
  caller: Caller,
  asked: Asked,
): Promise<AddedProgramKey> {
  const { body, accountId } = asked;
  requireTimely(body.id, deps.clock.now());
  await requireDays(deps, body.days);
  const account = await getScopedAccount(deps.db, caller, {
    id: accountId,
    permission: "program.change",
  });
  const { row, shown } = await newKey(deps, caller, asked);
  await deps.db.transaction().execute(async (tx) => {
    await requireRoom(deps, tx, accountId);
    if (await findKeyRow(tx, row.id)) throw taken("id");
    if (!await insertKeyRow(tx, row)) throw taken("public key");
    await deps.audit.record(tx, caller.actor, [{
      kind: "access.program_key_added",
      result: "succeeded",
      objectId: accountId,
      organisationId: account.organisation_id,
      fields: { keyId: row.id, kind: row.kind, expiresAt: row.expires_at.toISOString() },
    }]);
  });
  return { key: programKeyView(row, deps.clock.now()), secret: shown };
}

async function newKey(
  deps: ManageKeysDeps,
  caller: Caller,
  { accountId, body }: Asked,
): Promise<{ readonly row: ProgramKeyRow; readonly shown: string | null }> {
  const now = deps.clock.now();
  const secret = body.kind === "hmac" ? await makeSecret(deps.provider, body.id) : null;
  const row = await taggedKey(deps, {
    id: body.id,
    account_id: accountId,
    kind: body.kind,
    public_key: body.kind === "sm2" ? readPublicKey(body.publicKeyPem) : null,
    secret: secret?.secret ?? null,
    wrap_version: secret?.wrapVersion ?? null,
    created_by: caller.accountId,
    created_at: now,
    expires_at: new Date(now.getTime() + body.days * DAY_MS),
    last_used_at: null,
    ended_at: null,
    ended_why: null,
    ended_by: null,
  });
  return { row, shown: secret?.shown ?? null };
}

/** Only one at a time adds a key to an account: its row is locked. */
async function requireRoom(
  { clock }: ManageKeysDeps,
  tx: Transaction<ProgramTables & AccessTables>,
  accountId: string,
): Promise<void> {
  const account = await lockAccount(tx, accountId);
  if (account?.kind !== "program") {
    throw new DomainError("access.not_a_program", `Cannot give "${accountId}" a key: a person`);
  }
  if (account.state === "closed") {
    throw new DomainError(
      "access.account_closed",
      `Cannot give "${accountId}" a key: it is closed`,
    );
  }
  const active = await countActiveKeys(tx, { accountId, now: clock.now() });
  if (active < ACTIVE_KEYS_MAX) return;
  throw new DomainError(
    "access.too_many_keys",
    `Cannot give the account another key: expected fewer than ${ACTIVE_KEYS_MAX} active ones`,
  );
}

async function requireDays({ policies }: ManageKeysDeps, days: number): Promise<void> {
  const { programKeyDaysMax } = await policies.get("program");
  if (days <= programKeyDaysMax) return;
  throw new DomainError(
    "access.key_days",
    `Cannot make a key for ${days} days: expected at most ${programKeyDaysMax}`,
    { detail: String(programKeyDaysMax) },
  );
}

function requireTimely(id: string, now: Date): void {
  if (isTimely(id, now)) return;
  throw new DomainError("access.malformed", `Cannot use the id "${id}": expected one of today`);
}

function readPublicKey(pem: string): Uint8Array {
  try {
    return publicKeyFromPem(pem);
  } catch (thrown) {
    if (!(thrown instanceof CryptoError)) throw thrown;
    throw new DomainError("access.malformed", "Cannot read the public key: expected SM2 in PEM", {
      detail: thrown.code,
    });
  }
}

function taken(what: string): DomainError {
  return new DomainError("access.key_taken", `Cannot add the key: its ${what} was given before`);
}
