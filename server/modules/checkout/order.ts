import { timeOfId } from "../../platform/ids.ts";
import type { InsuranceSite } from "../insurance/claim_visit.ts";
import { type Channel, channelOf, type TenderMode } from "../payment/channel.ts";
import type {
  CheckoutProfile,
  DepositTerms,
  PaymentSchedules,
  SettingValue,
} from "../settings/setting.ts";
import type { OrderPayable } from "./order_payable.ts";
import type { Saga, SagaRules } from "./saga.ts";

/** Names one order in its partition. */
export interface OrderKey {
  readonly id: string;
  readonly at: Date;
}

/** How a tender leg is paid; kept beside the saga, which only knows amounts. */
export interface TenderChoice {
  readonly tradeId: string;
  readonly mode: TenderMode;
}

/** One order as it is stored: the saga and what its legs need to be carried out. */
export interface Order extends OrderKey {
  readonly institutionId: string;
  readonly terminalId: string;
  readonly identificationId: string;
  readonly payable: OrderPayable;
  /** As it was stored. */
  readonly payableText: string;
  readonly settlement: "insurance" | "self_pay";
  /** Short number to read out. */
  readonly number: string;
  readonly saga: Saga;
  /** By leg number. */
  readonly choices: ReadonlyMap<number, TenderChoice>;
  readonly references: ReadonlyMap<number, string>;
  /** The refund ids of tenders that go back and of surpluses; one each, whatever is resent. */
  readonly refundIds: ReadonlyMap<number, string>;
  readonly pricedSealed: Uint8Array | null;
  readonly fulfilledSealed: Uint8Array | null;
  readonly attempts: number;
  readonly claimedBy: string | null;
  readonly claimedUntil: Date | null;
  readonly completedAt: Date | null;
}

/** Where an order is asked for: the institution as insurance sees it, and its rules. */
export interface OrderSite {
  readonly site: InsuranceSite;
  readonly terminalNumber: string;
  /** The institution's numbers at the channels that have not just its own code. */
  readonly merchants: Readonly<Record<Channel, { readonly merchant: string } | null>>;
  readonly profile: CheckoutProfile;
  /** The ways to pay that are offered there. */
  readonly modes: SettingValue<"payment.modes">;
  /** Waits of channels that have their own. */
  readonly schedules: PaymentSchedules;
  readonly deposits: DepositTerms;
}

export function orderKey(id: string): OrderKey {
  return { id, at: timeOfId(id) };
}

export function rulesOf(profile: CheckoutProfile): SagaRules {
  return {
    waitsMs: profile.waitsMs,
    confirmWaitMs: profile.confirmWaitMs,
    payWaitMs: profile.payWaitMs,
  };
}

/** The numbers one order goes by: a leg waits as the channel does that it was chosen to go by. */
export function orderRules(
  { profile, schedules }: Pick<OrderSite, "profile" | "schedules">,
  { choices }: Pick<Order, "choices">,
): SagaRules {
  const legWaitsMs = new Map([...choices].flatMap(([n, { mode }]) => {
    const waits = schedules[channelOf(mode)];
    return waits === null ? [] : [[n, waits] as const];
  }));
  return { ...rulesOf(profile), legWaitsMs };
}

/** Terminal number and the order's Beijing-independent second: short enough to read out. */
export function orderNumber(terminalNumber: string, id: string): string {
  const seconds = Math.floor(timeOfId(id).getTime() / 1000) % 10_000_000;
  const tail = Number.parseInt(id.slice(-4), 16) % 100;
  return `${terminalNumber}-${String(seconds).padStart(7, "0")}${String(tail).padStart(2, "0")}`;
}

/** When the last order of that number was begun, to the second; null for what is no number. */
export function secondOfNumber(number: string, now: Date): Date | null {
  const digits = /-(\d{7})\d{2}$/.exec(number)?.[1];
  if (digits === undefined) return null;
  const second = Math.floor(now.getTime() / 1000);
  const round = 10_000_000;
  const ago = ((second - Number(digits)) % round + round) % round;
  return new Date((second - ago) * 1000);
}

/** Code of the DomainError of an order somebody wrote into past the platform. */
export const ORDER_CHANGED = "checkout.order_changed";
