import type { CardMessage, FieldValue } from "./wire/field_table.ts";
import type { HostProfile } from "./wire/host_profile.ts";

/** Which terminal of which merchant speaks: 8 and 15 characters, fields 41 and 42. */
export interface Speaker {
  readonly terminal: string;
  readonly merchant: string;
}

/** What every message carries: who speaks, its number and the batch it counts in. */
export interface Numbered {
  readonly speaker: Speaker;
  readonly stan: number;
  readonly batch: number;
}

export interface CardData {
  readonly entry: "magnetic" | "inserted" | "tapped";
  readonly pan: string;
  readonly expiry: string | null;
  readonly sequence: string | null;
  readonly track2: string | null;
  readonly chip: Uint8Array | null;
}

export interface PaidWithCard extends Numbered {
  readonly amount: bigint;
  readonly card: CardData;
  /** Under the host's PIN key; null for a card without PIN. */
  readonly pinBlock: Uint8Array | null;
}

/** A message that was sent before, as a later one names it. */
export interface Original extends Numbered {
  readonly amount: bigint;
  readonly pan: string;
  readonly sequence: string | null;
  /** Fields 37 and 38 and 13 of its answer; null where there was none. */
  readonly reference: string | null;
  readonly approval: string | null;
  readonly hostDate: string | null;
}

type Fields = Iterable<readonly [number, FieldValue | null]>;

const YUAN = "156";
const SALE = { processing: "000000", kind: "22" };
const VOID = { processing: "200000", kind: "23" };
const REFUND = { processing: "200000", kind: "25" };
const BALANCE = { processing: "310000", kind: "01" };
const MANAGEMENT = "00";
/** Most digits a PIN may have, field 26. */
const PIN_DIGITS_MAX = "12";
/** Field 39 of a reversal: no answer came. */
const NO_ANSWER = "98";
const OPERATOR = new TextEncoder().encode("01 ");

export function saleRequest(profile: HostProfile, sale: PaidWithCard): CardMessage {
  return messageOf("0200", [
    ...cardFields(profile, sale, SALE.processing),
    [4, amountField(sale.amount)],
    [60, field60(SALE.kind, sale.batch, "000")],
  ]);
}

export function balanceRequest(
  profile: HostProfile,
  asked: Omit<PaidWithCard, "amount">,
): CardMessage {
  return messageOf("0200", [
    ...cardFields(profile, asked, BALANCE.processing),
    [60, field60(BALANCE.kind, asked.batch, "000")],
  ]);
}

/** Bears the original's own number, and is repeated as it is until it is answered. */
export function reversalRequest(original: Original, of: "sale" | "void"): CardMessage {
  const { processing, kind } = of === "sale" ? SALE : VOID;
  return messageOf("0400", [
    ...numberFields(original),
    ...originalFields(original, processing),
    [38, null],
    [39, NO_ANSWER],
    [60, field60(kind, original.batch, "000")],
    [61, field61(original)],
  ]);
}

export function voidRequest(numbered: Numbered, original: Original): CardMessage {
  return messageOf("0200", [
    ...numberFields(numbered),
    ...originalFields(original, VOID.processing),
    [60, field60(VOID.kind, numbered.batch, "000")],
    [61, field61(original)],
  ]);
}

/** Some or all of what was paid on a day before. */
export function refundRequest(
  numbered: Numbered & { readonly amount: bigint },
  original: Original,
): CardMessage {
  return messageOf("0220", [
    ...numberFields(numbered),
    ...originalFields(original, REFUND.processing),
    [4, amountField(numbered.amount)],
    [60, field60(REFUND.kind, numbered.batch, "000")],
    [61, field61(original)],
  ]);
}

export function signInRequest({ networkCodes }: HostProfile, numbered: Numbered): CardMessage {
  return messageOf("0800", [
    ...numberFields(numbered),
    [60, field60(MANAGEMENT, numbered.batch, networkCodes.signIn)],
    [63, OPERATOR],
  ]);
}

export function echoRequest({ networkCodes }: HostProfile, numbered: Numbered): CardMessage {
  return messageOf("0820", [
    ...numberFields(numbered),
    [60, field60(MANAGEMENT, numbered.batch, networkCodes.echo)],
  ]);
}

export interface BatchTotals {
  readonly saleCount: number;
  readonly saleFen: bigint;
  readonly refundCount: number;
  readonly refundFen: bigint;
}

export function settleRequest(
  { networkCodes }: HostProfile,
  { totals, ...numbered }: Numbered & { readonly totals: BatchTotals },
): CardMessage {
  return messageOf("0500", [
    ...numberFields(numbered),
    [48, totalsField(totals)],
    [49, YUAN],
    [60, field60(MANAGEMENT, numbered.batch, networkCodes.settle)],
    [63, OPERATOR],
  ]);
}

/** Sum and number of what was taken, then of what was given back; a last digit is the host's. */
export function totalsField(totals: BatchTotals): string {
  const half = (fen: bigint, count: number) =>
    amountField(fen) + String(count).padStart(3, "0").slice(-3);
  return half(totals.saleFen, totals.saleCount) + half(totals.refundFen, totals.refundCount);
}

function messageOf(type: string, fields: Fields): CardMessage {
  const present = [...fields].flatMap(([field, value]) =>
    value === null ? [] : [[field, value] as const]
  );
  return { type, fields: new Map(present) };
}

function numberFields({ stan, speaker }: Numbered): [number, FieldValue][] {
  return [
    [11, String(stan).padStart(6, "0")],
    [41, speaker.terminal.padEnd(8)],
    [42, speaker.merchant.padEnd(15)],
  ];
}

function cardFields(
  profile: HostProfile,
  asked: Omit<PaidWithCard, "amount">,
  processing: string,
): [number, FieldValue | null][] {
  const { card, pinBlock } = asked;
  const hasPin = pinBlock !== null;
  const { withPin, withoutPin } = profile.securityInfo;
  return [
    ...numberFields(asked),
    [2, card.pan],
    [3, processing],
    [14, card.expiry],
    [22, entryMode(card.entry, hasPin)],
    [23, card.sequence],
    [25, "00"],
    [26, hasPin ? PIN_DIGITS_MAX : null],
    [35, card.track2?.replaceAll("=", "D") ?? null],
    [49, YUAN],
    [52, pinBlock],
    [53, hasPin ? withPin : withoutPin],
    [55, card.chip],
  ];
}

function originalFields(original: Original, processing: string): [number, FieldValue | null][] {
  return [
    [2, original.pan],
    [3, processing],
    [4, amountField(original.amount)],
    [22, entryMode("magnetic", false)],
    [23, original.sequence],
    [25, "00"],
    [37, original.reference],
    [38, original.approval],
    [49, YUAN],
  ];
}

function entryMode(entry: CardData["entry"], hasPin: boolean): string {
  const how = { magnetic: "02", inserted: "05", tapped: "07" }[entry];
  return how + (hasPin ? "1" : "2");
}

export function amountField(amount: bigint): string {
  return String(amount).padStart(12, "0");
}

function field60(kind: string, batch: number, code: string): string {
  return kind + String(batch).padStart(6, "0") + code;
}

function field61({ batch, stan, hostDate }: Original): string {
  return String(batch).padStart(6, "0") + String(stan).padStart(6, "0") + (hostDate ?? "0000");
}
