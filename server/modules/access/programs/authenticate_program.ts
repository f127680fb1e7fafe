import type { Kysely } from "kysely";
import type { SmProvider } from "../../../../crypto/provider.ts";
import { DEFAULT_USER_ID } from "../../../../crypto/sm2.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import type { DomainError } from "../../../platform/errors.ts";
import type { Permission } from "../permission.ts";
import { judgeAccount } from "../rights/effective_rights.ts";
import { findAccountRow } from "../rights/store.ts";
import { readSm2Signature } from "../sm2_signature.ts";
import type { AccessTables } from "../tables.ts";
import { isMacOf } from "./hmac_secret.ts";
import { keyState, programKeyColumns, type ProgramKeyRow } from "./program_key.ts";
import { type ProgramRefusal, refusalError } from "./refusals.ts";
import type { ProgramRefusals } from "./program_refusals.ts";
import {
  PROGRAM_HEADERS,
  type ProgramHead,
  programRequestText,
  readSignedHeaders,
  type SignedHeaders,
} from "./signed_request.ts";
import { findKeyRow, takeNonce, touchUse } from "./store.ts";
import type { ProgramTables } from "./tables.ts";
import { isInForce, isProgramToken, readToken } from "./token.ts";

export interface AuthenticateProgramDeps {
  readonly db: Kysely<ProgramTables & AccessTables>;
  readonly clock: Clock;
  readonly provider: SmProvider;
  readonly rowTags: RowTags;
  readonly refusals: Pick<ProgramRefusals, "tell">;
}

/** A program that showed itself. What it may do follows from its account's grants. */
export interface ProgramCaller {
  readonly account: Pick<
    AccessTables["account"],
    "id" | "login" | "duty" | "organisation_id" | "rights_version"
  >;
  readonly keyId: string;
  readonly via: "signature" | "token";
  /** Of a token, all it may use of what the account holds; null for no such bound. */
  readonly permissions: readonly Permission[] | null;
}

/** How far a program's clock may be off, and how long a nonce has to be remembered. */
const SKEW_MS_MAX = 5 * 60_000;
/** Nonces are remembered longer by so much: the process that sweeps may be ahead of ours. */
const REMEMBERED_LONGER_MS = 60_000;
/** "Last used" is written no more often. */
const USE_TOLD_MS = 5 * 60_000;
const BEARER = /^Bearer (\S+)$/;

interface Refusal {
  readonly refusal: ProgramRefusal;
  /** Where there is one, whatever is wrong with it. */
  readonly key?: ProgramKeyRow;
}

type Judged<Value> = { readonly value: Value } | Refusal;

interface KnownKey {
  readonly key: ProgramKeyRow;
  readonly account: AccessTables["account"];
}

/** Whether a request says that a program sent it; it may still be refused. */
export function isProgramRequest({ header }: Pick<ProgramHead, "header">): boolean {
  return header(PROGRAM_HEADERS.key) !== null || bearerOf(header) !== null;
}

/** What is known before the body is read. */
export type JudgedHead =
  & { readonly head: ProgramHead }
  & (
    | { readonly via: "token"; readonly caller: ProgramCaller }
    | ({ readonly via: "signature"; readonly headers: SignedHeaders } & KnownKey)
  );

/**
 * Of a request that `isProgramRequest`, by its headers alone: form, clock, key and account. Throws
 * DomainError `access.not_authenticated` or `access.clock_skew`, and writes the refusal to the audit
 * trail.
 */
export async function judgeHead(
  deps: AuthenticateProgramDeps,
  head: ProgramHead,
): Promise<JudgedHead> {
  const token = bearerOf(head.header);
  const judged = token === null ? await judgeKey(deps, head) : await judgeToken(deps, head, token);
  if ("value" in judged) return judged.value;
  throw await refuse(deps, head, judged);
}

/**
 * Who sent a request whose head is judged. Throws DomainError `access.not_authenticated` or
 * `access.replayed`, and writes the refusal to the audit trail. A signed request counts once, in
 * whatever process it arrives.
 */
export async function authenticateProgram(
  deps: AuthenticateProgramDeps,
  judged: JudgedHead,
  { body }: { readonly body: () => Promise<Uint8Array> },
): Promise<ProgramCaller> {
  if (judged.via === "token") return judged.caller;
  const { head, headers, key, account } = judged;
  const text = programRequestText({ ...head, body: await body() }, headers);
  if (!await isSignedBy(deps, key, { headers, text })) {
    throw await refuse(deps, head, { refusal: "wrong_signature", key });
  }
  if (!await takeOnce(deps, { key, headers, now: deps.clock.now() })) {
    throw await refuse(deps, head, { refusal: "replayed", key });
  }
  return { account, keyId: key.id, via: "signature", permissions: null };
}

async function judgeKey(
  deps: AuthenticateProgramDeps,
  head: ProgramHead,
): Promise<Judged<JudgedHead>> {
  const headers = readSignedHeaders(head);
  if (!headers) return { refusal: "malformed" };
  const offMs = Math.abs(headers.at.getTime() - deps.clock.now().getTime());
  if (offMs > SKEW_MS_MAX) return { refusal: "clock_skew" };
  const known = await knownKey(deps, headers.keyId);
  return "value" in known ? { value: { via: "signature", head, headers, ...known.value } } : known;
}

async function judgeToken(
  deps: AuthenticateProgramDeps,
  head: ProgramHead,
  token: string,
): Promise<Judged<JudgedHead>> {
  const facts = await readToken(deps.provider, token);
  if (!facts) return { refusal: "wrong_token" };
  if (!isInForce(facts, deps.clock.now())) return { refusal: "token_expired" };
  const known = await knownKey(deps, facts.keyId);
  if (!("value" in known)) return known;
  const { account, key } = known.value;
  const { permissions } = facts;
  return {
    value: { via: "token", head, caller: { account, keyId: key.id, via: "token", permissions } },
  };
}

/** A key that works, of an account that works. */
async function knownKey(
  deps: AuthenticateProgramDeps,
  keyId: string,
): Promise<Judged<KnownKey>> {
  const key = await findKeyRow(deps.db, keyId);
  if (!key) return { refusal: "unknown_key" };
  if (!await deps.rowTags.fits("program_key", programKeyColumns(key), key.tag)) {
    return { refusal: "key_broken", key };
  }
  const state = keyState(key, deps.clock.now());
  if (state !== "active") return { refusal: `key_${state}`, key };
  const account = await findAccountRow(deps.db, key.account_id);
  if (account?.kind !== "program") return { refusal: "not_a_program", key };
  const trouble = await judgeAccount(deps, account);
  return trouble ? { refusal: `account_${trouble}`, key } : { value: { key, account } };
}

/** By the algorithm of the key; nothing in the request has a say in it. */
async function isSignedBy(
  { provider }: AuthenticateProgramDeps,
  key: ProgramKeyRow,
  { headers, text }: { readonly headers: SignedHeaders; readonly text: Uint8Array },
): Promise<boolean> {
  if (key.secret !== null && key.wrap_version !== null) {
    const kept = { keyId: key.id, secret: key.secret, wrapVersion: key.wrap_version };
    return await isMacOf(provider, kept, { text, mac: headers.signature });
  }
  const signature = readSm2Signature(headers.signature);
  if (key.public_key === null || !signature) return false;
  return await provider.sm2Verify(key.public_key, text, signature, { userId: DEFAULT_USER_ID });
}

async function takeOnce(
  { db }: AuthenticateProgramDeps,
  { key, headers, now }: {
    readonly key: ProgramKeyRow;
    readonly headers: SignedHeaders;
    readonly now: Date;
  },
): Promise<boolean> {
  const nonce = Uint8Array.fromHex(headers.nonce);
  const expiresAt = new Date(headers.at.getTime() + SKEW_MS_MAX + REMEMBERED_LONGER_MS);
  return await db.transaction().execute(async (tx) => {
    const isNew = await takeNonce(tx, { key_id: key.id, nonce, expires_at: expiresAt });
    const since = new Date(now.getTime() - USE_TOLD_MS);
    if (isNew && (key.last_used_at === null || key.last_used_at < since)) {
      await touchUse(tx, { keyId: key.id, accountId: key.account_id, now, since });
    }
    return isNew;
  });
}

/** Told to the audit trail; what the program hears. */
async function refuse(
  { refusals, clock }: AuthenticateProgramDeps,
  { header, address, traceId }: ProgramHead,
  { refusal: why, key }: Refusal,
): Promise<DomainError> {
  const keyId = key?.id ?? readSignedHeaders({ header })?.keyId ?? null;
  await refusals.tell({ why, keyId, accountId: key?.account_id ?? null, address, traceId });
  return refusalError(why, clock.now());
}

/** Of our own form only: a bearer of another kind is for somebody else to judge. */
function bearerOf(header: ProgramHead["header"]): string | null {
  const token = BEARER.exec(header("authorization") ?? "")?.[1];
  return token !== undefined && isProgramToken(token) ? token : null;
}
