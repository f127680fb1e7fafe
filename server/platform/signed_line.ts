import { sm3 } from "../../crypto/sm3.ts";

/**
 * The bytes that terminal and platform sign, authenticate and seal on their line (architecture §6):
 * one place, so that both sides cannot differ. All texts are UTF-8, one field a line, the first line
 * names the purpose and version; no field contains a line break (ids, numbers, RFC 3339 times, hex).
 */

/** Labels of the terminal's keys in its key file. */
export const TERMINAL_SIGN_KEY = "terminal-sign";
export const TERMINAL_AGREE_KEY = "terminal-agree";
/** Labels of the platform's keys in its key store. */
export const LINE_SIGN_KEY = "line-sign";
export const LINE_AGREE_KEY = "line-agree";
/** Around the keys of open sessions, which every process of the platform has to know. */
export const LINE_WRAP_KEY = "line-wrap";

export const LINE_HEADERS = {
  terminal: "x-terminal-id",
  session: "x-line-session",
  sequence: "x-line-sequence",
  time: "x-line-time",
  mac: "x-line-mac",
} as const;

/** SM4-GCM under the session's data key: nonce ‖ ciphertext ‖ tag; every body on the line. */
export const SEALED_BODY = "application/vnd.yikatong.sealed";

/**
 * What the agreed bytes are cut into, in this order (`KeyAgreement.finish`); each side adds how far
 * the keys may leave it.
 */
export const LINE_SESSION_KEYS = [
  { label: "line-mac", algorithm: "hmac_sm3", usage: "mac" },
  { label: "line-data", algorithm: "sm4", usage: "data" },
] as const;

/** Numbers may arrive in any order within so many of the highest. */
export const LINE_WINDOW = 64;
/** How far the clocks may be apart, and how old a request may be. */
export const LINE_SKEW_MS_MAX = 5 * 60_000;
export const LINE_SESSION_MS_MAX = 12 * 3_600_000;

/** SM2 user ids (GB/T 32918.2 ZA). */
export function terminalUserId(terminalId: string): Uint8Array {
  return utf8(`yikatong-terminal:${terminalId}`);
}

export const PLATFORM_USER_ID: Uint8Array = utf8("yikatong-platform");

export interface LineRequest {
  readonly terminalId: string;
  readonly sessionId: string;
  /** From 1, each number once. */
  readonly sequence: number;
  /** RFC 3339, the terminal's clock. */
  readonly time: string;
  readonly method: string;
  /** Path with query, as sent. */
  readonly target: string;
  /** As sent: sealed, or empty where there is none. */
  readonly body: Uint8Array;
}

export function requestText(request: LineRequest): Uint8Array {
  const { terminalId, sessionId, sequence, time, method, target, body } = request;
  return lines(
    "yikatong-line-request-1",
    terminalId,
    sessionId,
    sequence,
    time,
    method,
    target,
    sm3(body).toHex(),
  );
}

export interface LineResponse {
  readonly sessionId: string;
  /** Of the request it answers. */
  readonly sequence: number;
  readonly status: number;
  /** As sent: sealed, or empty where there is none. */
  readonly body: Uint8Array;
}

export function responseText({ sessionId, sequence, status, body }: LineResponse): Uint8Array {
  return lines("yikatong-line-response-1", sessionId, sequence, status, sm3(body).toHex());
}

/** Associated data of a sealed body, so that none passes for another. */
export function bodyContext(
  direction: "request" | "response",
  { sessionId, sequence }: { readonly sessionId: string; readonly sequence: number },
): Uint8Array {
  return lines(`yikatong-line-body-1-${direction}`, sessionId, sequence);
}

/** What a terminal signs to open a session. */
export interface LineOpening {
  readonly terminalId: string;
  /** Kept on the terminal's disk before it is sent, higher than ever before: a copy falls behind. */
  readonly generation: number;
  readonly time: string;
  /** 32 bytes, hex. */
  readonly nonce: string;
  /** 65 bytes, hex: RA of the key agreement. */
  readonly ephemeralPublicKey: string;
  /** Hex SM3 of the platform's signing key, as enrolled. */
  readonly platformKey: string;
}

export function openingText(opening: LineOpening): Uint8Array {
  const { terminalId, generation, time, nonce, ephemeralPublicKey, platformKey } = opening;
  return lines(
    "yikatong-line-opening-1",
    terminalId,
    generation,
    time,
    nonce,
    ephemeralPublicKey,
    platformKey,
  );
}

/** What the platform signs to accept it. */
export interface LineAcceptance {
  readonly opening: LineOpening;
  readonly sessionId: string;
  /** 65 bytes, hex: RB. */
  readonly ephemeralPublicKey: string;
  /** 32 bytes, hex: SB of GB/T 32918.3 §6.1. */
  readonly confirmation: string;
  readonly time: string;
  readonly expiresAt: string;
}

export function acceptanceText(acceptance: LineAcceptance): Uint8Array {
  const { opening, sessionId, ephemeralPublicKey, confirmation, time, expiresAt } = acceptance;
  return lines(
    "yikatong-line-acceptance-1",
    sm3(openingText(opening)).toHex(),
    sessionId,
    ephemeralPublicKey,
    confirmation,
    time,
    expiresAt,
  );
}

/** The keys of both sides, and a random number of each, all hex. */
export interface EnrolmentKeys {
  readonly terminalNumber: string;
  readonly terminalSignKey: string;
  readonly terminalAgreeKey: string;
  readonly terminalNonce: string;
  readonly platformSignKey: string;
  readonly platformAgreeKey: string;
  readonly platformNonce: string;
}

/** Sent before the platform's number is known, so that nobody in between can choose the code. */
export function enrolmentCommitment(
  keys: Pick<
    EnrolmentKeys,
    "terminalNumber" | "terminalSignKey" | "terminalAgreeKey" | "terminalNonce"
  >,
): string {
  const { terminalNumber, terminalSignKey, terminalAgreeKey, terminalNonce } = keys;
  return sm3(
    lines(
      "yikatong-enrolment-commitment-1",
      terminalNumber,
      terminalSignKey,
      terminalAgreeKey,
      terminalNonce,
    ),
  ).toHex();
}

/**
 * What a terminal signs to ask how its enrolment stands. It has no id yet, so the enrolment's id
 * stands for it in the user id: `terminalUserId(id)`.
 */
export function enrolmentStateText(id: string, time: string): Uint8Array {
  return lines("yikatong-enrolment-state-1", id, time);
}

/** Without letters and digits that are taken for each other. */
const CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const CODE_LENGTH = 8;

/**
 * The one-time code that the terminal shows and the approver types: each side computes it from the
 * keys it saw, so a code that fits also proves that nobody in between changed them.
 */
export function enrolmentCode(keys: EnrolmentKeys): string {
  const digest = sm3(
    lines(
      "yikatong-enrolment-code-1",
      keys.terminalNumber,
      keys.terminalSignKey,
      keys.terminalAgreeKey,
      keys.platformSignKey,
      keys.platformAgreeKey,
      keys.terminalNonce,
      keys.platformNonce,
    ),
  );
  return [...digest.subarray(0, CODE_LENGTH)].map((byte) => CODE_LETTERS[byte % 32]).join("");
}

function lines(...fields: readonly (string | number)[]): Uint8Array {
  return utf8(fields.join("\n"));
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
