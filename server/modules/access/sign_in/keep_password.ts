import type { Transaction } from "kysely";
import type { PasswordHash } from "../../../../crypto/password_hash.ts";
import type { Clock } from "../../../platform/clock.ts";
import { newId } from "../../../platform/ids.ts";
import type { RowTags, TaggedColumns } from "../../../platform/row_tags.ts";
import {
  deleteFormerPasswords,
  findPassword,
  insertFormerPassword,
  type PasswordRow,
  replacePassword,
  replacePasswordRow,
} from "./passwords/store.ts";
import type { SignInTables } from "./tables.ts";

export interface KeepPasswordDeps {
  readonly clock: Clock;
  readonly rowTags: RowTags;
}

export interface PasswordToKeep {
  readonly accountId: string;
  readonly kept: PasswordHash;
  /** When it stops to be good for a sign-in, after which it is changed; null for a person's own. */
  readonly oneTimeUntil: Date | null;
}

/** As many as a policy may ask for. */
const FORMER_MAX = 24;

/** Makes it the account's password; the one before goes into the history. */
export async function keepPassword(
  deps: KeepPasswordDeps,
  tx: Transaction<SignInTables>,
  { accountId, kept, oneTimeUntil }: PasswordToKeep,
): Promise<void> {
  const at = deps.clock.now();
  const before = await findPassword(tx, accountId);
  if (before && !before.is_one_time) {
    const { algorithm, iterations, salt, hash } = before;
    const former = { account_id: accountId, algorithm, iterations, salt, hash };
    await insertFormerPassword(tx, { id: newId(at), ...former, replaced_at: at });
    await deleteFormerPasswords(tx, accountId, FORMER_MAX);
  }
  const row = {
    account_id: accountId,
    ...kept,
    is_one_time: oneTimeUntil !== null,
    set_at: at,
    expires_at: oneTimeUntil,
  };
  await replacePassword(tx, await tagged(deps, row));
}

/**
 * The same password under other parameters: neither its age nor the history changes. Nothing where
 * it was replaced while it was derived anew: what was taken away does not come back.
 */
export async function rehashPassword(
  deps: KeepPasswordDeps,
  tx: Transaction<SignInTables>,
  { before, kept }: { readonly before: PasswordRow; readonly kept: PasswordHash },
): Promise<void> {
  await replacePasswordRow(tx, await tagged(deps, { ...before, ...kept }), before);
}

async function tagged(
  { rowTags }: KeepPasswordDeps,
  row: Omit<PasswordRow, "tag">,
): Promise<PasswordRow> {
  return { ...row, tag: await rowTags.tag("account_password", passwordColumns(row)) };
}

export function passwordColumns(row: Omit<PasswordRow, "tag">): TaggedColumns {
  return {
    account_id: row.account_id,
    algorithm: row.algorithm,
    iterations: row.iterations,
    salt: row.salt,
    hash: row.hash,
    is_one_time: row.is_one_time,
    set_at: row.set_at,
    expires_at: row.expires_at,
  };
}
