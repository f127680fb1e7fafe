import { type HsmChallenge, toStep2Key } from "./hsm_strings.ts";

/** The platform's encryption machine: internal|external proof. Rejects when it cannot be asked. */
export type AskHsm = (challenge: HsmChallenge, signal: AbortSignal) => Promise<string>;

/** The card stays powered between the two steps: nobody waits longer for the platform. */
const HSM_MS_MAX = 10_000;

/** The key of Step2; null when the platform cannot be asked, refuses, or answers something else. */
export async function findStep2Key(
  ask: AskHsm,
  challenge: HsmChallenge,
  signal: AbortSignal,
): Promise<string | null> {
  const stop = new AbortController();
  const { promise, resolve } = Promise.withResolvers<null>();
  const giveUp = () => {
    stop.abort();
    resolve(null);
  };
  const timer = setTimeout(giveUp, HSM_MS_MAX);
  signal.addEventListener("abort", giveUp, { once: true });
  if (signal.aborted) giveUp();
  try {
    const proof = await Promise.race([ask(challenge, stop.signal), promise]);
    return proof === null ? null : toStep2Key(proof);
  } catch {
    // Why it cannot is the caller's to know; here the card is just not read.
    return null;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", giveUp);
  }
}
