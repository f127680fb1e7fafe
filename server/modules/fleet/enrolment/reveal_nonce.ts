import { equalBytes } from "../../../../crypto/bytes.ts";
import { DomainError } from "../../../platform/errors.ts";
import { enrolmentCode, enrolmentCommitment } from "../../../platform/signed_line.ts";
import { findPlatformPair } from "../line/line_keys.ts";
import { unavailable } from "../line/refusals.ts";
import type { EnrolmentDeps } from "./request_enrolment.ts";
import { type EnrolmentRow, findEnrolment, updateCode } from "./store.ts";

/** The terminal tells the number it had committed to; from now on its code can be approved. */
export async function revealNonce(
  deps: EnrolmentDeps,
  { id, nonce }: { readonly id: string; readonly nonce: string },
): Promise<void> {
  const enrolment = await findEnrolment(deps.db, id);
  if (!enrolment) throw enrolmentNotFound();
  requireFit(deps, enrolment, nonce);
  if (enrolment.code !== null) return;
  if (enrolment.expires_at.getTime() <= deps.clock.now().getTime()) throw enrolmentNotFound();
  const platform = await findPlatformPair(deps.keys, {
    sign: enrolment.platform_sign_version,
    agree: enrolment.platform_agree_version,
  });
  if (!platform) throw unavailable();
  const code = enrolmentCode({
    ...terminalPart(enrolment, nonce),
    platformSignKey: platform.signKey.toHex(),
    platformAgreeKey: platform.agreeKey.toHex(),
    platformNonce: enrolment.platform_nonce.toHex(),
  });
  await deps.db.transaction().execute((tx) => updateCode(tx, id, code));
}

/** The same for one that never was, for one swept, and for a signature that does not fit. */
export function enrolmentNotFound(): DomainError {
  return new DomainError("line.not_found", "Cannot find such an enrolment");
}

function requireFit({ log }: EnrolmentDeps, enrolment: EnrolmentRow, nonce: string): void {
  const commitment = Uint8Array.fromHex(enrolmentCommitment(terminalPart(enrolment, nonce)));
  if (equalBytes(commitment, enrolment.commitment)) return;
  log.warn("An enrolment's number is not the one committed to: is somebody in between?", {
    enrolmentId: enrolment.id,
  });
  throw new DomainError(
    "line.wrong_nonce",
    "Cannot go on enrolling: the number is not the one committed to",
  );
}

function terminalPart({ terminal_number, sign_key, agree_key }: EnrolmentRow, nonce: string) {
  return {
    terminalNumber: terminal_number,
    terminalSignKey: sign_key.toHex(),
    terminalAgreeKey: agree_key.toHex(),
    terminalNonce: nonce,
  };
}
