import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import { newId } from "../../../platform/ids.ts";
import type { Log } from "../../../platform/log.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import {
  acceptanceText,
  LINE_SESSION_MS_MAX,
  LINE_SKEW_MS_MAX,
  openingText,
  PLATFORM_USER_ID,
  terminalUserId,
} from "../../../platform/signed_line.ts";
import type { AcceptanceReply, OpeningBody } from "../contract.ts";
import type { FleetDb, FleetTables } from "../tables.ts";
import { agreeOnKeys } from "./agree_on_keys.ts";
import { findPlatformPair, fingerprintOf, type LineKeys, type PlatformPair } from "./line_keys.ts";
import type { RateBound, RateBounds } from "./rate_bound.ts";
import {
  clockSkew,
  keyBlocked,
  keyRevoked,
  notAuthenticated,
  tooBusy,
  unavailable,
} from "./refusals.ts";
import { BEHIND_AT, judgeOpening } from "./session_facts.ts";
import {
  deleteOldSessions,
  findLatestKey,
  insertSession,
  lockCurrentKey,
  updateGeneration,
} from "./store.ts";

export interface OpenSessionDeps {
  readonly db: Kysely<FleetDb>;
  readonly clock: Clock;
  readonly log: Log;
  readonly audit: AuditWriter;
  readonly keys: LineKeys;
  readonly openings: RateBound;
  readonly openingsOf: RateBounds;
}

type KeyRow = FleetTables["terminal_key"];

/** After this a late use of a superseded session is answered like any unknown one. */
const SUPERSEDED_KEPT_MS = 3_600_000;
/** A terminal that got the answer uses it at once. */
const UNUSED_KEPT_MS = 10 * 60_000;

/** Lets a terminal in that signs with its enrolled key; the keys of the session are agreed on here. */
export async function openSession(
  deps: OpenSessionDeps,
  body: OpeningBody,
): Promise<AcceptanceReply> {
  const key = await findSigner(deps, body);
  const now = deps.clock.now();
  if (Math.abs(new Date(body.time).getTime() - now.getTime()) > LINE_SKEW_MS_MAX) {
    throw clockSkew(now);
  }
  const pair = await findEnrolledPair(deps, key, body);
  const isBehind = await takeGeneration(deps, key, body) === "behind";
  const sessionId = newId(now);
  const expiresAt = new Date(now.getTime() + LINE_SESSION_MS_MAX);
  const agreed = await agreeOnKeys(deps.keys, { key, pair, body, sessionId });
  await deps.db.transaction().execute(async (tx) => {
    await deleteOldSessions(tx, key.terminal_id, {
      expired: now,
      superseded: new Date(now.getTime() - SUPERSEDED_KEPT_MS),
      unused: new Date(now.getTime() - UNUSED_KEPT_MS),
    });
    await insertSession(tx, {
      id: sessionId,
      terminal_id: key.terminal_id,
      terminal_key_id: key.id,
      generation: BigInt(body.generation),
      wrap_version: agreed.wrapVersion,
      mac_key: agreed.wrapped.macKey,
      data_key: agreed.wrapped.dataKey,
      opened_at: now,
      expires_at: expiresAt,
      used_at: null,
      superseded_at: isBehind ? BEHIND_AT : null,
      superseded_time: isBehind ? new Date(body.time) : null,
      highest: 0n,
      seen: 0n,
      writes: 0n,
      reads: 0n,
    });
  });
  const { signature: _signature, ...opening } = body;
  const accepted = {
    sessionId,
    ephemeralPublicKey: agreed.ephemeralPublicKey.toHex(),
    confirmation: agreed.confirmation.toHex(),
    time: now.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
  const text = acceptanceText({ opening, ...accepted });
  const signature = await deps.keys.provider.sm2Sign(pair.sign, text, { userId: PLATFORM_USER_ID });
  return { ...accepted, signature: signature.toHex() };
}

/** The terminal's key that signed the opening; one that has ended is told so, to its holder only. */
async function findSigner(deps: OpenSessionDeps, body: OpeningBody): Promise<KeyRow> {
  const { signature, ...opening } = body;
  const key = await findLatestKey(deps.db, body.terminalId);
  if (!key) throw notAuthenticated();
  // Only what is of a terminal is counted: whoever knows none of them uses nothing up.
  if (!deps.openingsOf.take(key.id) || !deps.openings.take()) throw tooBusy();
  const isSigned = await deps.keys.provider.sm2Verify(
    key.sign_key,
    openingText(opening),
    Uint8Array.fromHex(signature),
    { userId: terminalUserId(body.terminalId) },
  );
  if (!isSigned) throw notAuthenticated();
  if (key.ended_why === "cloned") throw keyBlocked();
  if (key.ended_why !== null || key.terminal_state === "retired") throw keyRevoked();
  return key;
}

async function findEnrolledPair(
  { keys }: OpenSessionDeps,
  key: KeyRow,
  { platformKey }: OpeningBody,
): Promise<PlatformPair> {
  const { platform_sign_version: sign, platform_agree_version: agree } = key;
  const pair = await findPlatformPair(keys, { sign, agree });
  if (!pair) throw unavailable();
  if (fingerprintOf(pair.signKey) === platformKey) return pair;
  throw new DomainError(
    "line.wrong_platform_key",
    "Cannot let the terminal in: it was enrolled with another platform",
    { retry: "ask_operator" },
  );
}

/**
 * Spent for good before anything is agreed under it. One that is behind is spent too, by its time, so
 * that a recording opens one session at most.
 */
async function takeGeneration(
  { db }: OpenSessionDeps,
  { id }: KeyRow,
  body: OpeningBody,
): Promise<"new" | "behind"> {
  const opening = { generation: body.generation, time: new Date(body.time) };
  const use = await db.transaction().execute(async (tx) => {
    const key = await lockCurrentKey(tx, id);
    if (!key) return "ended";
    const judged = judgeOpening(key, opening);
    if (judged === "old") return judged;
    await updateGeneration(tx, id, {
      generation: Math.max(opening.generation, Number(key.generation)),
      // A clock that was set back must not make an opening that was taken look newer than the last.
      time: new Date(Math.max(opening.time.getTime(), key.opened_time?.getTime() ?? 0)),
    });
    return judged;
  });
  if (use === "ended") throw keyRevoked();
  if (use !== "old") return use;
  throw new DomainError(
    "line.old_generation",
    "Cannot open a session: its generation was used before",
    { retry: "safe" },
  );
}
