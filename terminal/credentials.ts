import type { IdCard, SocialSecurityCard } from "../ffi/contract.ts";
import type { Credential } from "../server/modules/identity/contract.ts";
import type { TerminalEvent } from "./contract.ts";
import type { ScannerWant } from "./dev_contract.ts";

const CODE_CHARACTERS_MIN = 6;
const CODE_CHARACTERS_MAX = 4096;
/** Payment codes of WeChat, Alipay and UnionPay: 16 to 24 digits. */
const PAYMENT_CODE = /^\d{16,24}$/;

export function credentialOfCard(card: SocialSecurityCard): Credential {
  const { region, socialSecurityNumber, cardNumber, cardIdentifier, name, version } = card;
  return {
    kind: "social_security_card",
    region,
    socialSecurityNumber,
    cardNumber,
    cardIdentifier,
    name,
    version,
  };
}

/** Address, photo and the rest of the card are not taken along. */
export function credentialOfIdCard({ idNumber, name, validUntil }: IdCard): Credential {
  return { kind: "id_card", idNumber, name, validUntil };
}

/** What a scanned text is depends on what the screen waits for. */
export function readScan(text: string, want: ScannerWant): TerminalEvent {
  const code = text.trim();
  if (want === "payment_code") {
    return PAYMENT_CODE.test(code) ? { kind: "payment_code", code } : UNREADABLE;
  }
  const length = code.length;
  if (length < CODE_CHARACTERS_MIN || length > CODE_CHARACTERS_MAX) return UNREADABLE;
  return { kind: "credential", credential: { kind: "scanned_code", code } };
}

const UNREADABLE: TerminalEvent = {
  kind: "read_failed",
  device: "scanner",
  reason: "unreadable",
};
