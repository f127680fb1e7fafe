import type { CardDeps } from "./modules/payment/card/card_deps.ts";
import type { TenderChannel, TenderChannels } from "./modules/payment/channel.ts";
import { aggregatePayChannel } from "./modules/payment/channels/aggregate_pay.ts";
import { cardHostChannel } from "./modules/payment/channels/card_host.ts";
import { citizenCodeChannel } from "./modules/payment/channels/citizen_code.ts";
import { medicalMixChannel, type MedicalMixDeps } from "./modules/payment/channels/medical_mix.ts";
import type { Parties } from "./parties.ts";
import { notSent } from "./platform/outcome.ts";

/** Those that move cash; an absent one is not connected here. */
export type ConnectedParties =
  & Pick<Parties, "aggregatePay">
  & Partial<Pick<Parties, "codePayment">>;

/** Every way to pay with its adapter. */
export function tenderChannels(
  parties: ConnectedParties,
  { card, medical }: {
    readonly card?: CardDeps | null;
    readonly medical?: MedicalMixDeps | null;
  } = {},
): TenderChannels {
  return {
    aggregate_pay: aggregatePayChannel(parties.aggregatePay),
    card_host: card ? cardHostChannel(card) : NOT_CONNECTED,
    citizen_code: parties.codePayment ? citizenCodeChannel(parties.codePayment) : NOT_CONNECTED,
    medical_mix: medical ? medicalMixChannel(medical) : NOT_CONNECTED,
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
