import type { KeyAgreement, KeyHandle, SmProvider } from "../../crypto/provider.ts";
import { sm3 } from "../../crypto/sm3.ts";
import {
  type AcceptanceReply,
  acceptanceReplySchema,
} from "../../server/modules/fleet/contract.ts";
import type { Clock } from "../../server/platform/clock.ts";
import type { Problem } from "../../server/platform/openapi.ts";
import {
  acceptanceText,
  LINE_SESSION_KEYS,
  type LineOpening,
  openingText,
  PLATFORM_USER_ID,
  terminalUserId,
} from "../../server/platform/signed_line.ts";
import { type LineRoute, postPlain } from "./line_http.ts";
import type { LineKeys } from "./line_keys.ts";
import type { EnrolledTerminal } from "./line_memory.ts";

/** The keys two sides agreed on, and what was counted on them. */
export interface LineSession {
  readonly id: string;
  readonly terminalId: string;
  readonly mac: KeyHandle;
  readonly data: KeyHandle;
  readonly expiresAt: Date;
  /** Of the last call; the next one is one more. */
  sequence: number;
  /** Calls under way, which need the keys. */
  calls: number;
}

export type Opened =
  /** `aheadMs`: how far the platform's clock is ahead of ours. */
  | { readonly kind: "open"; readonly session: LineSession; readonly aheadMs: number }
  /** Nobody vouches for it. */
  | { readonly kind: "refused"; readonly problem: Problem }
  /** Not the platform this terminal was enrolled with, or somebody in between. */
  | { readonly kind: "forged"; readonly reason: string };

export interface OpeningDeps {
  readonly route: LineRoute;
  readonly keys: LineKeys;
  readonly enrolled: EnrolledTerminal;
  readonly clock: Clock;
}

const NONCE_BYTES = 32;

/** Throws when the platform is silent. `generation` is on disk already. */
export async function openSession(
  deps: OpeningDeps,
  generation: number,
  signal: AbortSignal,
): Promise<Opened> {
  const { keys, enrolled, route, clock } = deps;
  const { provider } = keys;
  const userId = terminalUserId(enrolled.terminalId);
  using agreement = await provider.beginAgreement(keys.agree, { userId, role: "initiator" });
  const opening: LineOpening = {
    terminalId: enrolled.terminalId,
    generation,
    time: clock.now().toISOString(),
    nonce: (await provider.random(NONCE_BYTES)).toHex(),
    ephemeralPublicKey: agreement.ephemeralPublicKey.toHex(),
    platformKey: sm3(Uint8Array.fromHex(enrolled.platform.signKey)).toHex(),
  };
  const signature = await provider.sm2Sign(keys.sign, openingText(opening), { userId });
  const body = { ...opening, signature: signature.toHex() };
  const sentAt = clock.now().getTime();
  const answer = await postPlain(
    route,
    { path: "/sessions", body, schema: acceptanceReplySchema },
    signal,
  );
  if (answer.kind === "problem") return { kind: "refused", problem: answer.problem };
  const halfWayMs = (sentAt + clock.now().getTime()) / 2;
  const reply = answer.value;
  const keysAgreed = await accept(deps, { agreement, opening, reply });
  if (typeof keysAgreed === "string") return { kind: "forged", reason: keysAgreed };
  return {
    kind: "open",
    aheadMs: Math.round(new Date(reply.time).getTime() - halfWayMs),
    session: {
      id: reply.sessionId,
      terminalId: enrolled.terminalId,
      ...keysAgreed,
      expiresAt: new Date(reply.expiresAt),
      sequence: 0,
      calls: 0,
    },
  };
}

interface Acceptance {
  readonly agreement: KeyAgreement;
  readonly opening: LineOpening;
  readonly reply: AcceptanceReply;
}

/** The keys, or why the reply is not the enrolled platform's. */
async function accept(
  { keys: { provider }, enrolled: { platform } }: OpeningDeps,
  { agreement, opening, reply }: Acceptance,
): Promise<{ readonly mac: KeyHandle; readonly data: KeyHandle } | string> {
  const signed = await provider.sm2Verify(
    Uint8Array.fromHex(platform.signKey),
    acceptanceText({ opening, ...reply }),
    Uint8Array.fromHex(reply.signature),
    { userId: PLATFORM_USER_ID },
  );
  if (!signed) return "its signature does not fit the enrolled key";
  try {
    const unconfirmed = await agreement.finish({
      publicKey: Uint8Array.fromHex(platform.agreeKey),
      ephemeralPublicKey: Uint8Array.fromHex(reply.ephemeralPublicKey),
      userId: PLATFORM_USER_ID,
    }, LINE_SESSION_KEYS.map((spec) => ({ ...spec, leaves: "never", ephemeral: true })));
    const [mac, data] = await unconfirmed.confirm(Uint8Array.fromHex(reply.confirmation));
    if (mac && data) return { mac, data };
    return "no keys were agreed";
  } catch {
    // `wrong_confirmation` or `invalid_point`: it signed, but holds no key to agree with.
    return "its confirmation does not fit the agreed keys";
  }
}

/** Only once no call needs them. */
export async function closeSession(provider: SmProvider, session: LineSession): Promise<void> {
  await provider.destroyKey(session.mac);
  await provider.destroyKey(session.data);
}
