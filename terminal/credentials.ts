import type { IdCard, SocialSecurityCard } from "../ffi/contract.ts";
import { credentialSchema } from "../server/modules/identity/contract.ts";
import type { DeviceClass, TerminalEvent } from "./contract.ts";
import type { ScannerWant } from "./dev_contract.ts";

/** Payment codes of WeChat, Alipay and UnionPay: 16 to 24 digits. */
const PAYMENT_CODE = /^\d{16,24}$/;

/** What devices deliver is checked here, so that a garbled read is one, and not a refused request. */
export function readCard(card: SocialSecurityCard): TerminalEvent {
  const { region, socialSecurityNumber, cardNumber, cardIdentifier, name, version } = card;
  return toEvent("card_reader", {
    kind: "social_security_card",
    region,
    socialSecurityNumber,
    cardNumber,
    cardIdentifier,
    name,
    version,
  });
}

/** Address, photo and the rest of the card are not taken along. */
export function readIdCard({ idNumber, name, validUntil }: IdCard): TerminalEvent {
  return toEvent("id_card_reader", { kind: "id_card", idNumber, name, validUntil });
}

/** What a scanned text is depends on what the screen waits for. */
export function readScan(text: string, want: ScannerWant): TerminalEvent {
  const code = text.trim();
  if (want !== "payment_code") return toEvent("scanner", { kind: "scanned_code", code });
  return PAYMENT_CODE.test(code) ? { kind: "payment_code", code } : unreadable("scanner");
}

function toEvent(device: DeviceClass, fields: unknown): TerminalEvent {
  const credential = credentialSchema.safeParse(fields);
  return credential.success
    ? { kind: "credential", credential: credential.data }
    : unreadable(device);
}

function unreadable(device: DeviceClass): TerminalEvent {
  return { kind: "read_failed", device, reason: "unreadable" };
}
