import type { Fen } from "../../platform/money.ts";
import type { Outcome } from "../../platform/outcome.ts";

/** What every way of moving the cash part must do; one adapter each under `channels/`. */

export const CHANNELS = [
  /** Wallets by QR through the partner bank's aggregate interface. */
  "aggregate_pay",
  /** Bank cards and the financial account of social-security cards, by ISO 8583. */
  "card_host",
  /** The consumption code of the electronic social-security card (电子社保卡消费码). */
  "citizen_code",
  /** The cash part of an order at the medical-insurance payment centre (医保移动支付). */
  "medical_mix",
] as const;

export type Channel = (typeof CHANNELS)[number];

/** How the patient pays, on the wire and on rows; each goes by one channel. */
export const TENDER_MODES = [
  "show_code",
  "scan_code",
  "card",
  "citizen_code",
  "medical_mix",
] as const;

export type TenderMode = (typeof TENDER_MODES)[number];

export function channelOf(mode: TenderMode): Channel {
  switch (mode) {
    case "show_code":
    case "scan_code":
      return "aggregate_pay";
    case "card":
      return "card_host";
    case "citizen_code":
    case "medical_mix":
      return mode;
    default:
      return mode satisfies never;
  }
}

/** A bank card as the terminal presents it; never stored or logged as it is. */
export interface PresentedCard {
  readonly entry: "magnetic" | "inserted" | "tapped";
  /** 13 to 19 digits. */
  readonly pan: string;
  /** `YYMM`. */
  readonly expiry: string | null;
  /** Card sequence number of the chip, three digits. */
  readonly sequence: string | null;
  readonly track2: string | null;
  /** BER-TLV data of the chip, for field 55. */
  readonly chip: Uint8Array | null;
  /** Under the terminal's PIN work key, as its pad made it; null for cards without PIN. */
  readonly pinBlock: Uint8Array | null;
  /** The pad's MAC over the sale under the terminal's MAC work key. */
  readonly mac: Uint8Array;
}

/**
 * What only the patient can present. It lives in memory alone: null after a restart, when an
 * earlier call may have arrived all the same.
 */
export type Presented =
  | { readonly kind: "code"; readonly code: string }
  | { readonly kind: "card"; readonly card: PresentedCard }
  /** Of insurance, as the pad sealed it; comes with the agreement. */
  | { readonly kind: "pin"; readonly pin: string };

/** One attempt to collect, as a channel needs it; named by our trade id. */
export interface ChannelTrade {
  readonly tradeId: string;
  readonly orderId: string;
  readonly institutionId: string;
  readonly mode: TenderMode;
  /** The institution's number at the channel. */
  readonly merchant: string;
  readonly terminalNumber: string;
  readonly amount: Fen;
}

export interface ChannelRefund {
  readonly refundId: string;
  readonly amount: Fen;
}

export interface PaidFact {
  readonly state: "paid";
  /** What was really paid; the caller compares it. */
  readonly amount: Fen;
  /** Whether it is what was asked. */
  readonly asAsked: boolean;
  readonly reference: string;
  /** As patients know it: 微信支付, 银行卡（尾号1234）. */
  readonly wallet: string | null;
  readonly paidAt: Date | null;
}

export type TradeFact =
  | PaidFact
  | {
    readonly state: "waiting";
    /** What a code on the screen says. */
    readonly codeText: string | null;
    readonly expiresAt: Date | null;
  }
  /** The patient is typing a password. */
  | { readonly state: "password" }
  /** Only to `query`: the channel never saw it. */
  | { readonly state: "absent" };

export type RefundFact =
  | { readonly state: "refunded"; readonly amount: Fen; readonly reference: string }
  | { readonly state: "processing" }
  /** Only to `queryRefund`. */
  | { readonly state: "absent" };

/**
 * Every call may be repeated with the same ids: the channel, or the adapter for it, answers the same
 * again and moves money once. `refused` is definite: nothing moved and nothing will; its code is one
 * of ours (`payment.insufficient` …). An adapter may keep rows of its own, in its own transactions.
 */
export interface TenderChannel {
  /** `presented` is null for modes that need nothing; never called when it was lost. */
  collect(
    trade: ChannelTrade,
    how: {
      readonly presented: Presented | null;
      readonly title: string;
      readonly expiresAt: Date;
    },
  ): Promise<Outcome<TradeFact>>;
  /** Where a lost answer can only be cleared by a reversal, asking reverses and says `refused`. */
  query(trade: ChannelTrade): Promise<Outcome<TradeFact>>;
  /** After `done` it can never be paid; refused `payment.already_paid` when the money is there. */
  close(trade: ChannelTrade): Promise<Outcome<null>>;
  /** The adapter knows whether the settlement day makes it a void or a refund. */
  refund(trade: ChannelTrade, refund: ChannelRefund): Promise<Outcome<RefundFact>>;
  queryRefund(trade: ChannelTrade, refund: ChannelRefund): Promise<Outcome<RefundFact>>;
}

export type TenderChannels = Readonly<Record<Channel, TenderChannel>>;
