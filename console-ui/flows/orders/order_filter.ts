import type { OrderQuery } from "../../../server/modules/checkout/console/contract.ts";
import { ZH } from "../../i18n/zh.ts";

/** What the address narrows the list to, by the names of its fields. */
export type OrderFilter = Readonly<Record<string, string>>;

const { queues, state: STATES, channel: CHANNELS, stop: STOPS } = ZH.orders;

/** What the platform is asked; words that are no choices are left out. */
export function orderQuery(filter: OrderFilter): Partial<OrderQuery> {
  const { number = "", queue, state, channel, stop, organisationId } = filter;
  const olderThanMinutes = Number(filter["minutes"]);
  return {
    ...(NUMBER.test(number) && { number }),
    ...(queue !== undefined && isOneOf(QUEUES, queue) && { queue }),
    ...(state !== undefined && isOneOf(STATES, state) && { state }),
    ...(channel !== undefined && isOneOf(CHANNELS, channel) && { channel }),
    ...(stop !== undefined && isOneOf(STOPS, stop) && { stop }),
    ...(organisationId !== undefined && { organisationId }),
    ...(Number.isInteger(olderThanMinutes) && olderThanMinutes >= 1 && { olderThanMinutes }),
  };
}

/** As it stands on the slip. */
const NUMBER = /^[0-9A-Za-z-]{1,40}$/;
const QUEUES = { attention: queues.attention, open: queues.open, approval: queues.approval };

function isOneOf<Choices extends object>(
  choices: Choices,
  name: string,
): name is Extract<keyof Choices, string> {
  return Object.keys(choices).includes(name);
}
