import { DEFAULT_USER_ID } from "../../../../crypto/sm2.ts";
import { DomainError } from "../../../platform/errors.ts";
import { LINE_SKEW_MS_MAX, terminalUserId } from "../../../platform/signed_line.ts";
import { fingerprintOf } from "../line/line_keys.ts";
import { clockSkew, malformed, notAuthenticated } from "../line/refusals.ts";
import { findLatestKey } from "../line/store.ts";
import { findTerminalById } from "../store.ts";
import type { Terminal } from "../terminal.ts";
import { signedActor } from "../terminal_actor.ts";
import {
  type ErasureCertificate,
  erasureCertificateSchema,
  type RetirementBody,
  type RetirementIntentBody,
  retirementIntentText,
  retirementRecordSchema,
  type RetirementReply,
} from "./contract.ts";
import { type RetireDeps, retireTerminal } from "./retire_terminal.ts";
import { findErasure } from "./store.ts";

/** Whether a terminal may go, before it wipes anything; throws what `retireTerminal` would. */
export async function checkIntent(
  deps: RetireDeps,
  { terminalId, time, signature }: RetirementIntentBody,
): Promise<void> {
  const key = await findLatestKey(deps.db, terminalId);
  const isSigned = key?.ended_at === null && await deps.keys.provider.sm2Verify(
    key.sign_key,
    retirementIntentText(terminalId, time),
    Uint8Array.fromHex(signature),
    { userId: terminalUserId(terminalId) },
  );
  if (!isSigned) throw notAuthenticated();
  const now = deps.clock.now();
  if (Math.abs(Date.parse(time) - now.getTime()) > LINE_SKEW_MS_MAX) throw clockSkew(now);
  if (key.terminal_state === "suspended") return;
  throw new DomainError(
    "fleet.not_suspended",
    "Cannot retire the terminal: an administrator suspends it first",
    { retry: "ask_operator" },
  );
}

/**
 * Takes a certificate that the terminal's own key signed and retires the terminal; the first answer
 * again when the same one comes again. However it came, over the network or as a file, the signature
 * says whose it is.
 */
export async function receiveCertificate(
  deps: RetireDeps,
  { certificate: text, signature }: RetirementBody,
): Promise<RetirementReply> {
  const certificate = readCertificate(text);
  const key = await findLatestKey(deps.db, certificate.terminalId);
  const isSigned = key !== null && fingerprintOf(key.sign_key) === certificate.keyFingerprint &&
    await deps.keys.provider.sm2Verify(
      key.sign_key,
      new TextEncoder().encode(text),
      Uint8Array.fromHex(signature),
      { userId: DEFAULT_USER_ID },
    );
  if (!isSigned) throw notAuthenticated();
  const terminal = await findTerminalById(deps.db, certificate.terminalId);
  if (terminal?.number !== certificate.terminalNumber) throw notAuthenticated();
  const known = await firstAnswer(deps, terminal, text);
  if (known) return known;
  return await retireTerminal(deps, {
    terminal,
    ...certificate,
    certificate: text,
    signature,
    actor: signedActor(terminal),
    from: ["suspended"],
    versions: { sign: key.platform_sign_version, agree: key.platform_agree_version },
  });
}

function readCertificate(text: string): ErasureCertificate {
  try {
    return erasureCertificateSchema.parse(JSON.parse(text));
  } catch {
    throw malformed("expected an erasure certificate");
  }
}

async function firstAnswer(
  { db }: RetireDeps,
  terminal: Terminal,
  certificate: string,
): Promise<RetirementReply | null> {
  const known = await findErasure(db, terminal.id);
  if (!known) return null;
  if (retirementRecordSchema.parse(JSON.parse(known.record)).certificate === certificate) {
    return { record: known.record, countersignature: known.countersignature.toHex() };
  }
  throw new DomainError("fleet.retired", `Cannot retire terminal "${terminal.number}" twice`);
}
