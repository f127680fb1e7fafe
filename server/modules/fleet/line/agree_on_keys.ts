import { CryptoError } from "../../../../crypto/errors.ts";
import type { KeyHandle } from "../../../../crypto/provider.ts";
import { LINE_WRAP_KEY, PLATFORM_USER_ID, terminalUserId } from "../../../platform/signed_line.ts";
import type { OpeningBody } from "../contract.ts";
import type { FleetTables } from "../tables.ts";
import type { LineKeys, PlatformPair } from "./line_keys.ts";
import { malformed, unavailable } from "./refusals.ts";
import { agreedSpecs, type WrappedSessionKeys, wrapSessionKeys } from "./session_keys.ts";

export interface Agreed {
  readonly ephemeralPublicKey: Uint8Array;
  readonly confirmation: Uint8Array;
  readonly wrapVersion: number;
  readonly wrapped: WrappedSessionKeys;
}

/**
 * GB/T 32918.3 §6.1 as responder. The terminal's ephemeral key came signed, and its first request
 * under the agreed key is its confirmation: nothing waits for it in this process.
 */
export async function agreeOnKeys(
  { provider }: LineKeys,
  { key, pair, body, sessionId }: {
    readonly key: Pick<FleetTables["terminal_key"], "terminal_id" | "agree_key">;
    readonly pair: PlatformPair;
    readonly body: OpeningBody;
    readonly sessionId: string;
  },
): Promise<Agreed> {
  const wrapping = await provider.findKey(LINE_WRAP_KEY);
  if (!wrapping) throw unavailable();
  using agreement = await provider.beginAgreement(pair.agree, {
    role: "responder",
    userId: PLATFORM_USER_ID,
  });
  const unconfirmed = await refusingBadPoints(() =>
    agreement.finish({
      userId: terminalUserId(key.terminal_id),
      publicKey: key.agree_key,
      ephemeralPublicKey: Uint8Array.fromHex(body.ephemeralPublicKey),
    }, agreedSpecs())
  );
  const agreed = await unconfirmed.takeUnconfirmed();
  try {
    const [macKey, dataKey] = agreed;
    if (!macKey || !dataKey) throw new Error("Cannot open a session: too few keys were agreed on");
    return {
      ephemeralPublicKey: agreement.ephemeralPublicKey,
      confirmation: unconfirmed.ownConfirmation,
      wrapVersion: wrapping.version,
      wrapped: await wrapSessionKeys({ provider, wrapping, sessionId }, { macKey, dataKey }),
    };
  } finally {
    await destroy(provider, agreed);
  }
}

async function destroy(provider: LineKeys["provider"], keys: readonly KeyHandle[]): Promise<void> {
  for (const key of keys) await provider.destroyKey(key);
}

async function refusingBadPoints<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof CryptoError) || thrown.code !== "invalid_point") throw thrown;
    throw malformed("expected a point of the curve");
  }
}
