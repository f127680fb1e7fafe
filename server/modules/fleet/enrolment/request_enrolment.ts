import type { Kysely } from "kysely";
import { equalBytes } from "../../../../crypto/bytes.ts";
import { CryptoError } from "../../../../crypto/errors.ts";
import type { SmProvider } from "../../../../crypto/provider.ts";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import type { Log } from "../../../platform/log.ts";
import type { EnrolmentBody, EnrolmentReply } from "../contract.ts";
import { findPlatformPair, type LineKeys } from "../line/line_keys.ts";
import { malformed, tooBusy, unavailable } from "../line/refusals.ts";
import type { FleetTables } from "../tables.ts";
import {
  countWaiting,
  deleteEnrolmentsBefore,
  type EnrolmentRow,
  findEnrolment,
  insertEnrolment,
} from "./store.ts";

export interface EnrolmentDeps {
  readonly db: Kysely<FleetTables>;
  readonly clock: Clock;
  readonly log: Log;
  readonly keys: LineKeys;
}

const ENROLMENT_MS = 15 * 60_000;
/** An approved terminal may ask so long how it stands. */
const KEPT_MS = 7 * 24 * 3_600_000;
/** A technician tries again, and nobody else fills the list. */
const WAITING_PER_NUMBER_MAX = 5;
const WAITING_MAX = 200;
const NONCE_BYTES = 32;

/**
 * Keeps what a terminal asks for, under any number: whether there is such a terminal, only the
 * approver learns. Asked again under its id it gets the first answer.
 */
export async function requestEnrolment(
  deps: EnrolmentDeps,
  body: EnrolmentBody,
): Promise<EnrolmentReply> {
  const { provider } = deps.keys;
  const pair = await findPlatformPair(deps.keys);
  if (!pair) throw unavailable();
  const keys = [body.signKey, body.agreeKey].map((hex) => Uint8Array.fromHex(hex));
  for (const key of keys) await requirePoint(provider, key);
  const now = deps.clock.now();
  const asked: EnrolmentRow = {
    id: body.id,
    terminal_number: body.terminalNumber,
    sign_key: Uint8Array.fromHex(body.signKey),
    agree_key: Uint8Array.fromHex(body.agreeKey),
    commitment: Uint8Array.fromHex(body.commitment),
    platform_sign_version: pair.versions.sign,
    platform_agree_version: pair.versions.agree,
    platform_nonce: await provider.random(NONCE_BYTES),
    code: null,
    requested_at: now,
    expires_at: new Date(now.getTime() + ENROLMENT_MS),
    approved_at: null,
    terminal_id: null,
  };
  const kept = await keep(deps, asked);
  const used = await findPlatformPair(deps.keys, {
    sign: kept.platform_sign_version,
    agree: kept.platform_agree_version,
  });
  if (!used) throw unavailable();
  return {
    signKey: used.signKey.toHex(),
    agreeKey: used.agreeKey.toHex(),
    nonce: kept.platform_nonce.toHex(),
    expiresAt: kept.expires_at.toISOString(),
  };
}

async function keep(deps: EnrolmentDeps, asked: EnrolmentRow): Promise<EnrolmentRow> {
  const now = asked.requested_at;
  return await deps.db.transaction().execute(async (tx) => {
    const known = await findEnrolment(tx, asked.id);
    if (known) return sameOr(known, asked);
    const waiting = await countWaiting(tx, now);
    const { terminal_number } = asked;
    if (waiting.all >= WAITING_MAX || waiting.of(terminal_number) >= WAITING_PER_NUMBER_MAX) {
      deps.log.warn("Too many enrolments wait: refused", { all: waiting.all });
      throw tooBusy();
    }
    await deleteEnrolmentsBefore(tx, new Date(now.getTime() - KEPT_MS));
    if (await insertEnrolment(tx, asked)) return asked;
    const first = await findEnrolment(tx, asked.id);
    return first ? sameOr(first, asked) : asked;
  });
}

function sameOr(known: EnrolmentRow, asked: EnrolmentRow): EnrolmentRow {
  const isSame = known.terminal_number === asked.terminal_number &&
    equalBytes(known.sign_key, asked.sign_key) && equalBytes(known.agree_key, asked.agree_key) &&
    equalBytes(known.commitment, asked.commitment);
  if (isSame) return known;
  throw new DomainError("line.other_enrolment", "Cannot enrol: the id is of another enrolment");
}

/** A key off the curve gives itself and others away in an agreement. */
async function requirePoint(provider: SmProvider, publicKey: Uint8Array): Promise<void> {
  try {
    const userId = new TextEncoder().encode("any");
    await provider.sm2Verify(publicKey, new Uint8Array(0), new Uint8Array(64), { userId });
  } catch (thrown) {
    if (!(thrown instanceof CryptoError) || thrown.code !== "invalid_point") throw thrown;
    throw malformed("expected public keys on the curve");
  }
}
