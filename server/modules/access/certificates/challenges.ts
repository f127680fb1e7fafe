import type { Kysely } from "kysely";
import type { SmProvider } from "../../../../crypto/provider.ts";
import { DEFAULT_USER_ID } from "../../../../crypto/sm2.ts";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import { newId } from "../../../platform/ids.ts";
import { lockAccount } from "../accounts/store.ts";
import { readSm2Signature } from "../sm2_signature.ts";
import type { AccessTables } from "../tables.ts";
import { challengeText, isFor, readSignatureText } from "./challenge_text.ts";
import type { CertificateChallenge } from "./contract.ts";
import {
  countOpenChallenges,
  deleteOldChallenges,
  insertChallenge,
  takeChallenge,
} from "./store.ts";
import type { CertificateTables, ChallengePurpose } from "./tables.ts";

export interface ChallengeDeps {
  readonly db: Kysely<CertificateTables & AccessTables>;
  readonly clock: Clock;
  readonly provider: SmProvider;
  /** As browsers name the console; stands in what is signed. */
  readonly origin: string;
}

/** What a challenge is good for, and nothing else. */
export interface ChallengeFor {
  readonly accountId: string;
  readonly purpose: ChallengePurpose;
  /** The session or sign-in it was made in. */
  readonly boundTo: string;
}

const CHALLENGE_MS = 2 * 60_000;
const NONCE_BYTES = 32;
const OPEN_MAX = 10;

/** Throws DomainError `access.too_busy` to who lets many of them lie. */
export async function makeChallenge(
  deps: ChallengeDeps,
  { accountId, purpose, boundTo }: ChallengeFor,
): Promise<CertificateChallenge> {
  const at = deps.clock.now();
  const id = newId(at);
  const expiresAt = new Date(at.getTime() + CHALLENGE_MS);
  const nonce = await deps.provider.random(NONCE_BYTES);
  const text = await deps.db.transaction().execute(async (tx) => {
    const account = await lockAccount(tx, accountId);
    await deleteOldChallenges(tx, { accountId, now: at });
    if (!account || await countOpenChallenges(tx, accountId) >= OPEN_MAX) {
      throw new DomainError("access.too_busy", "Cannot make more challenges now: answer one", {
        retry: "safe",
      });
    }
    const { origin } = deps;
    const text = challengeText({ id, purpose, origin, login: account.login, boundTo, at, nonce });
    await insertChallenge(tx, {
      id,
      account_id: accountId,
      purpose,
      bound_to: boundTo,
      text,
      created_at: at,
      expires_at: expiresAt,
      used_at: null,
    });
    return text;
  });
  return { id, text, expiresAt: expiresAt.toISOString() };
}

export interface Answer {
  readonly challengeId: string;
  readonly signature: string;
}

/**
 * Tells of a public key whether the answer is its signature. Right or wrong, the challenge is used
 * up.
 */
export async function takeAnswer(
  deps: ChallengeDeps,
  { accountId, purpose, boundTo }: ChallengeFor,
  { challengeId, signature }: Answer,
): Promise<(publicKey: Uint8Array) => Promise<boolean>> {
  const wanted = { id: challengeId, account_id: accountId, purpose, bound_to: boundTo };
  const text = await deps.db.transaction().execute((tx) =>
    takeChallenge(tx, wanted, deps.clock.now())
  );
  const bytes = readSignatureText(signature);
  const raw = bytes && readSm2Signature(bytes);
  if (text === null || !raw || !isFor(text, { purpose, boundTo })) {
    return () => Promise.resolve(false);
  }
  const message = new TextEncoder().encode(text);
  return (publicKey) =>
    deps.provider.sm2Verify(publicKey, message, raw, { userId: DEFAULT_USER_ID });
}
