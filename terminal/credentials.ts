import type { IdCard, SocialSecurityCard } from "../ffi/contract.ts";
import { credentialSchema } from "../server/modules/identity/contract.ts";
import type { DeviceClass, TerminalEvent } from "./contract.ts";
import type { ScannerWant } from "./dev_contract.ts";

/** Payment codes of WeChat, Alipay and UnionPay: 16 to 24 digits. */
const PAYMENT_CODE = /^\d{16,24}$/;

/**
 * Of the electronic social-security card (电子社保卡消费码): what a patient may hold up in place of a
 * wallet's code. Which codes really are ones is for the platform to say.
 */
const CITIZEN_CODE = /^[A-Z]{2,4}[0-9A-Za-z:]{8,508}$/;

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
  if (PAYMENT_CODE.test(code)) return { kind: "payment_code", mode: "scan_code", code };
  if (CITIZEN_CODE.test(code)) return { kind: "payment_code", mode: "citizen_code", code };
  return unreadable("scanner");
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
