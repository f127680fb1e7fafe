import type { Transaction } from "kysely";
import { DomainError } from "../../../../platform/errors.ts";
import type { RowTags } from "../../../../platform/row_tags.ts";
import { tagAfter } from "../../../../platform/tagged_table.ts";
import { sameBytes } from "../session.ts";
import type { SessionToken } from "../session_token.ts";
import type { SessionEnd, SignInTables } from "../tables.ts";
import { SESSION_TAGGED } from "../tagged_rows.ts";
import { type ConsoleSession, lockSession, updateSession } from "./store.ts";

/** Every change of a session, each with its tag; one somebody wrote into keeps the wrong one. */

export interface ChangeSessionDeps {
  readonly rowTags: RowTags;
}

type Tx = Transaction<SignInTables>;

/** Of the session as it was read: where another request was first, it was used, too. */
export async function touchSession(
  deps: ChangeSessionDeps,
  tx: Tx,
  { session, at }: { readonly session: ConsoleSession; readonly at: Date },
): Promise<void> {
  await change(deps, tx, { before: session, to: { last_used_at: at } });
}

/** False when it had ended. */
export async function endSession(
  deps: ChangeSessionDeps,
  tx: Tx,
  { id, why, at }: { readonly id: string; readonly why: SessionEnd; readonly at: Date },
): Promise<boolean> {
  const before = await lockSession(tx, id);
  if (!before || before.ended_at !== null) return false;
  const to = { ended_at: at, ended_why: why, secret_sealed: null };
  return await change(deps, tx, { before, to });
}

/** False when it ended meanwhile, or somebody else came with the same token first. */
export async function renewToken(
  deps: ChangeSessionDeps,
  tx: Tx,
  { id, from, to, confirmedAt }: {
    readonly id: string;
    readonly from: SessionToken;
    readonly to: SessionToken;
    readonly confirmedAt: Date | null;
  },
): Promise<boolean> {
  const before = await lockSession(tx, id);
  if (!before || before.ended_at !== null || !sameBytes(before.token_hash, from.hash)) return false;
  return await change(deps, tx, { before, to: { token_hash: to.hash, confirmed_at: confirmedAt } });
}

/**
 * Whoever gives an account something that opens it asks under the account's lock: who ended the
 * session meanwhile took away what comes of it, too. Throws DomainError `access.not_authenticated`.
 */
export async function requireOpenSession(tx: Tx, id: string | null): Promise<void> {
  const session = id === null ? null : await lockSession(tx, id);
  if (session?.ended_at === null) return;
  throw new DomainError("access.not_authenticated", "Cannot go on: the session has ended");
}

/** A second factor's secret that waits for its first code. */
export async function keepSessionSecret(
  deps: ChangeSessionDeps,
  tx: Tx,
  { id, sealed }: { readonly id: string; readonly sealed: Uint8Array },
): Promise<boolean> {
  const before = await lockSession(tx, id);
  if (!before || before.ended_at !== null) return false;
  return await change(deps, tx, { before, to: { secret_sealed: sealed } });
}

/** True for the one request that uses the waiting secret up. */
export async function takeSessionSecret(
  deps: ChangeSessionDeps,
  tx: Tx,
  { id, sealed }: { readonly id: string; readonly sealed: Uint8Array },
): Promise<boolean> {
  const before = await lockSession(tx, id);
  if (!before?.secret_sealed || before.ended_at !== null) return false;
  if (!sameBytes(before.secret_sealed, sealed)) return false;
  return await change(deps, tx, { before, to: { secret_sealed: null } });
}

async function change(
  { rowTags }: ChangeSessionDeps,
  tx: Tx,
  { before, to }: { readonly before: ConsoleSession; readonly to: Partial<ConsoleSession> },
): Promise<boolean> {
  const after = { ...before, ...to };
  const tag = await tagAfter(tx, rowTags, { tagged: SESSION_TAGGED, before, after });
  return await updateSession(tx, { ...after, tag }, before);
}
