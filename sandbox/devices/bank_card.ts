import type { PaymentCard, PaymentRequest } from "../../ffi/contract.ts";

/** A bank card as it lies in a hand: what is printed on it and stands in its chip or stripe. */
export interface BankCard {
  readonly pan: string;
  /** `YYMM`. */
  readonly expiry: string;
  readonly sequence: string;
  /** Three digits of ISO/IEC 7813; the last one says whether a PIN is wanted. */
  readonly serviceCode: string;
  readonly hasChip: boolean;
}

/** What a reader tells of it (EMV book 3; the cryptogram is none, as no host of the sandbox asks). */
export function paymentData(
  card: BankCard,
  entry: PaymentCard["entry"],
  request: PaymentRequest,
): PaymentCard {
  const { pan, expiry, sequence, serviceCode } = card;
  const track2 = `${pan}=${expiry}${serviceCode}0000000000`.slice(0, 37);
  if (entry === "magnetic") {
    return { entry, pan, expiry, sequence: null, track2, chip: null };
  }
  return { entry, pan, expiry, sequence, track2, chip: chipData(card, request) };
}

function chipData({ expiry, sequence }: BankCard, { amountFen, at }: PaymentRequest): Uint8Array {
  const day = at.toISOString().slice(2, 10).replaceAll("-", "");
  return Uint8Array.fromHex([
    tlv("9F26", "0123456789ABCDEF"),
    tlv("9F27", "80"),
    tlv("9F10", "07010103A0B802"),
    tlv("9F37", "5A5A5A5A"),
    tlv("9F36", "0001"),
    tlv("95", "0000000000"),
    tlv("9A", day),
    tlv("9C", "00"),
    tlv("9F02", String(amountFen).padStart(12, "0")),
    tlv("5F2A", "0156"),
    tlv("82", "7C00"),
    tlv("9F1A", "0156"),
    tlv("9F03", "000000000000"),
    tlv("9F33", "E040C8"),
    tlv("5F24", `${expiry}31`),
    tlv("5F34", sequence.slice(1)),
  ].join(""));
}

function tlv(tag: string, value: string): string {
  return `${tag}${(value.length / 2).toString(16).padStart(2, "0")}${value}`;
}
