import type { TenderChannel, TenderChannels } from "./modules/payment/channel.ts";
import { aggregatePayChannel } from "./modules/payment/channels/aggregate_pay.ts";
import type { Parties } from "./parties.ts";
import { notSent } from "./platform/outcome.ts";

/** Every way to pay with its adapter. */
export function tenderChannels(parties: Pick<Parties, "aggregatePay">): TenderChannels {
  return {
    aggregate_pay: aggregatePayChannel(parties.aggregatePay),
    card_host: NOT_CONNECTED,
    citizen_code: NOT_CONNECTED,
    medical_mix: NOT_CONNECTED,
  };
}

/** A channel this platform has no line to: nothing can move there, and nothing ever did. */
const NOT_CONNECTED: TenderChannel = {
  collect: () => Promise.resolve(notSent("the channel is not configured")),
  query: () => Promise.resolve(notSent("the channel is not configured")),
  close: () => Promise.resolve(notSent("the channel is not configured")),
  refund: () => Promise.resolve(notSent("the channel is not configured")),
  queryRefund: () => Promise.resolve(notSent("the channel is not configured")),
};
