import type { Kysely } from "kysely";
import type { SmProvider } from "../../../../crypto/provider.ts";
import { DEFAULT_USER_ID } from "../../../../crypto/sm2.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { RowTags } from "../../../platform/row_tags.ts";
import { unknownActor } from "../../audit/actor.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";
import type { Permission } from "../permission.ts";
import { judgeAccount } from "../rights/effective_rights.ts";
import { findAccountRow } from "../rights/store.ts";
import { readSm2Signature } from "../sm2_signature.ts";
import type { AccessTables } from "../tables.ts";
import { isMacOf } from "./hmac_secret.ts";
import { keyState, programKeyColumns, type ProgramKeyRow } from "./program_key.ts";
import { type ProgramRefusal, refusalError } from "./refusals.ts";
import { type ProgramRequest, programRequestText, readSignedHeaders } from "./signed_request.ts";
import { PROGRAM_HEADERS, type SignedHeaders } from "./signed_request.ts";
import { findKeyRow, takeNonce, touchUse } from "./store.ts";
import type { ProgramTables } from "./tables.ts";
import { isInForce, isProgramToken, readToken } from "./token.ts";

export interface AuthenticateProgramDeps {
  readonly db: Kysely<ProgramTables & AccessTables & AuditTables>;
  readonly clock: Clock;
  readonly provider: SmProvider;
  readonly rowTags: RowTags;
  readonly audit: AuditWriter;
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

type Judged<Value> = { readonly value: Value } | { readonly refusal: ProgramRefusal };

interface KnownKey {
  readonly key: ProgramKeyRow;
  readonly account: AccessTables["account"];
}

/** Whether a request says that a program sent it; it may still be refused. */
export function isProgramRequest({ header }: Pick<ProgramRequest, "header">): boolean {
  return header(PROGRAM_HEADERS.key) !== null || bearerOf(header) !== null;
}

/**
 * Who sent a request that `isProgramRequest`. Throws DomainError `access.not_authenticated`,
 * `access.clock_skew` or `access.replayed`, and writes the refusal to the audit trail. A signed
 * request counts once, in whatever process it arrives.
 */
export async function authenticateProgram(
  deps: AuthenticateProgramDeps,
  request: ProgramRequest,
): Promise<ProgramCaller> {
  const token = bearerOf(request.header);
  const judged = token === null
    ? await judgeSignature(deps, request)
    : await judgeToken(deps, token);
  if ("value" in judged) return judged.value;
  await recordRefusal(deps, request, judged.refusal);
  throw refusalError(judged.refusal, deps.clock.now());
}

async function judgeSignature(
  deps: AuthenticateProgramDeps,
  request: ProgramRequest,
): Promise<Judged<ProgramCaller>> {
  const headers = readSignedHeaders(request);
  if (!headers) return { refusal: "malformed" };
  const known = await knownKey(deps, headers.keyId);
  if ("refusal" in known) return known;
  const { key, account } = known.value;
  if (!await isSignedBy(deps, key, { headers, text: programRequestText(request, headers) })) {
    return { refusal: "wrong_signature" };
  }
  const now = deps.clock.now();
  if (Math.abs(headers.at.getTime() - now.getTime()) > SKEW_MS_MAX) {
    return { refusal: "clock_skew" };
  }
  if (!await takeOnce(deps, { key, headers, now })) return { refusal: "replayed" };
  return { value: { account, keyId: key.id, via: "signature", permissions: null } };
}

async function judgeToken(
  deps: AuthenticateProgramDeps,
  token: string,
): Promise<Judged<ProgramCaller>> {
  const facts = await readToken(deps.provider, token);
  if (!facts) return { refusal: "wrong_token" };
  if (!isInForce(facts, deps.clock.now())) return { refusal: "token_expired" };
  const known = await knownKey(deps, facts.keyId);
  if ("refusal" in known) return known;
  const { account, key } = known.value;
  return { value: { account, keyId: key.id, via: "token", permissions: facts.permissions } };
}

/** A key that works, of an account that works. */
async function knownKey(
  deps: AuthenticateProgramDeps,
  keyId: string,
): Promise<Judged<KnownKey>> {
  const key = await findKeyRow(deps.db, keyId);
  if (!key) return { refusal: "unknown_key" };
  if (!await deps.rowTags.fits("program_key", programKeyColumns(key), key.tag)) {
    return { refusal: "key_broken" };
  }
  const state = keyState(key, deps.clock.now());
  if (state !== "active") return { refusal: `key_${state}` };
  const account = await findAccountRow(deps.db, key.account_id);
  if (account?.kind !== "program") return { refusal: "not_a_program" };
  const trouble = await judgeAccount(deps, account);
  return trouble ? { refusal: `account_${trouble}` } : { value: { key, account } };
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

async function recordRefusal(
  deps: AuthenticateProgramDeps,
  request: ProgramRequest,
  why: ProgramRefusal,
): Promise<void> {
  const { address, traceId } = request;
  const keyId = readSignedHeaders(request)?.keyId;
  const key = keyId === undefined ? null : await findKeyRow(deps.db, keyId);
  await deps.db.transaction().execute((tx) =>
    deps.audit.record(tx, unknownActor({ name: keyId ?? "token", address, traceId }), [{
      kind: "access.program_refused",
      result: "refused",
      reason: why,
      ...(key && { objectId: key.account_id }),
      fields: { why },
    }])
  );
}

/** Of our own form only: a bearer of another kind is for somebody else to judge. */
function bearerOf(header: ProgramRequest["header"]): string | null {
  const token = BEARER.exec(header("authorization") ?? "")?.[1];
  return token !== undefined && isProgramToken(token) ? token : null;
}
