import { compareCards } from "./compare_cards.ts";
import { compareSlots } from "./compare_slots.ts";
import type { OwnBooks } from "./own_books.ts";
import {
  PARTY_CHANNELS,
  type PartyBooks,
  type PartyChannel,
  type PartyTrade,
} from "./party_books.ts";
import type { Told } from "./told.ts";

/** In a channel's books, and on its account in the ledger. */
export interface Totals {
  readonly channels: Readonly<Record<PartyChannel, bigint>>;
  readonly insurance: bigint;
  readonly his: bigint;
}

export interface Comparison {
  /** Each difference in words; none is what is wanted. */
  readonly differences: readonly string[];
  readonly parties: Totals;
  readonly ledger: Totals;
}

/** The parties' books against ours, order by order and to the fen. Pure. */
export function compareBooks(own: OwnBooks, parties: PartyBooks, told: Told): Comparison {
  return {
    differences: [
      ...own.faults,
      ...compareTrades(own, parties),
      ...compareOrders(own, parties),
      ...compareTotals(parties, own),
      ...compareCards(own, parties),
      ...compareSlots(own, parties),
      ...compareTold(own, told),
    ],
    parties: {
      channels: partyTotals(parties),
      insurance: sum(parties.settlements, ({ insured }) => insured),
      his: sum(parties.postings, ({ total }) => total),
    },
    ledger: {
      channels: ledgerTotals(own),
      insurance: balanceOf(own, "insurance:"),
      his: -balanceOf(own, "his:posted"),
    },
  };
}

/** Both ways: what we know of and what the party knows of. */
function compareTrades(own: OwnBooks, parties: PartyBooks): string[] {
  const ours = new Map(own.trades.map((trade) => [trade.id, trade]));
  const theirs = new Map(parties.trades.map((trade) => [trade.tradeId, trade]));
  const unknown = parties.trades.filter(({ tradeId, paid }) =>
    paid > 0n && (tradeId === null || !ours.has(tradeId))
  );
  return [
    ...unknown.map(({ party, number }) => `${party}: order ${number} was paid and is not ours`),
    ...own.trades.flatMap((trade) => {
      const { paid = 0n, refunded = 0n } = theirs.get(trade.id) ?? {};
      if (paid === trade.paid && refunded === trade.refunded) return [];
      // Taken back by a revocation before we heard that it was paid.
      if (trade.paid === 0n && paid === refunded) return [];
      return `trade ${trade.id} of order ${trade.orderId}: the party has ${paid} - ${refunded}, ` +
        `we have ${trade.paid} - ${trade.refunded}`;
    }),
  ];
}

function compareTotals(parties: PartyBooks, own: OwnBooks): string[] {
  const [theirs, ours] = [partyTotals(parties), ledgerTotals(own)];
  return PARTY_CHANNELS.filter((channel) => theirs[channel] !== ours[channel]).map((channel) =>
    `channel ${channel}: ${theirs[channel]} outside, ${ours[channel]} in our books`
  );
}

function partyTotals({ trades }: PartyBooks): Totals["channels"] {
  const of = (channel: PartyChannel) => sum(trades.filter(({ party }) => party === channel), netOf);
  return {
    aggregate_pay: of("aggregate_pay"),
    citizen_code: of("citizen_code"),
    card_host: of("card_host"),
  };
}

function ledgerTotals(own: OwnBooks): Totals["channels"] {
  const of = (channel: PartyChannel) => balanceOf(own, `channel:${channel}`);
  return {
    aggregate_pay: of("aggregate_pay"),
    citizen_code: of("citizen_code"),
    card_host: of("card_host"),
  };
}

function compareOrders(own: OwnBooks, parties: PartyBooks): string[] {
  const books = groupByRoot(own, parties);
  return [
    ...books.unowned,
    ...own.orders.filter(({ hasOwner }) => !hasOwner).map(({ id, state }) =>
      `order ${id} is ${state} and nobody's`
    ),
    ...[...books.byRoot].flatMap(([root, group]) => differencesOf(root, group)),
  ];
}

interface Group {
  channels: bigint;
  insurance: bigint;
  his: bigint;
  /** Trades whose money was not given back in whole. */
  captured: number;
  ledgerChannels: bigint;
  ledgerInsurance: bigint;
  ledgerHis: bigint;
  held: bigint;
  elsewhere: bigint;
}

function differencesOf(root: string, group: Group): string[] {
  const pairs: readonly [string, bigint, bigint][] = [
    ["channels", group.channels, group.ledgerChannels],
    ["insurance", group.insurance, group.ledgerInsurance],
    ["HIS", group.his, group.ledgerHis],
    ["held", 0n, group.held],
    ["other accounts", 0n, group.elsewhere],
    ["paid and not posted", group.channels + group.insurance, group.his],
  ];
  const differences = pairs.filter(([, theirs, ours]) => theirs !== ours).map((
    [what, theirs, ours],
  ) => `order ${root}: ${what}: ${theirs} outside, ${ours} in our books`);
  return group.captured > 1
    ? [...differences, `order ${root}: charged ${group.captured} times`]
    : differences;
}

interface Groups {
  readonly byRoot: ReadonlyMap<string, Group>;
  /** What parties have and none of our orders accounts for. */
  readonly unowned: readonly string[];
}

function groupByRoot(own: OwnBooks, parties: PartyBooks): Groups {
  const unowned: string[] = [];
  const roots = new Map(own.orders.map(({ id, root }) => [id, root]));
  const byRoot = new Map<string, Group>(own.orders.map(({ root }) => [root, newGroup()]));
  const groupOf = (orderId: string | undefined, what: string): Group => {
    const group = byRoot.get(roots.get(orderId ?? "") ?? "");
    if (!group) unowned.push(`${what} belongs to no order of ours`);
    return group ?? newGroup();
  };
  const orderOfTrade = new Map(own.trades.map(({ id, orderId }) => [id, orderId]));
  for (const trade of parties.trades.filter((one) => netOf(one) !== 0n)) {
    const group = groupOf(orderOfTrade.get(trade.tradeId ?? ""), `trade ${trade.number}`);
    group.channels += netOf(trade);
    group.captured += 1;
  }
  for (const { orderId, total } of parties.postings) {
    groupOf(orderId, `posting ${orderId}`).his += total;
  }
  const orderOfSettlement = settlementOwners(own);
  for (const { settlementId, visitId, insured } of parties.settlements) {
    const owner = orderOfSettlement.get(settlementId) ?? orderOfSettlement.get(visitId);
    groupOf(owner, `settlement ${settlementId}`).insurance += insured;
  }
  bookAccounts(own, groupOf);
  return { byRoot, unowned };
}

function bookAccounts(own: OwnBooks, groupOf: (id: string, what: string) => Group): void {
  for (const { orderId, account, balance } of own.accounts) {
    const group = groupOf(orderId, `posting to ${account}`);
    if (account.startsWith("channel:")) group.ledgerChannels += balance;
    else if (account.startsWith("insurance:")) group.ledgerInsurance += balance;
    else if (account === "his:posted") group.ledgerHis -= balance;
    else if (account === "patient:hold") group.held -= balance;
    else group.elsewhere += balance;
  }
}

/** By the number of a settlement we know, or of a visit whose settlement we never heard of. */
function settlementOwners(own: OwnBooks): ReadonlyMap<string, string> {
  const standing = own.claims.filter(({ isVoided }) => !isVoided);
  return new Map(
    [...own.claims, ...standing].flatMap((claim) =>
      [claim.visitId, claim.settlementId].flatMap((number) =>
        number === null ? [] : [[number, claim.orderId] as const]
      )
    ),
  );
}

function compareTold(own: OwnBooks, told: Told): string[] {
  const states = new Map(own.orders.map(({ id, state }) => [id, state]));
  return [...told.completed, ...told.returned]
    .filter((id) => states.get(id) !== "completed")
    .map((id) => `order ${id}: was shown as completed and is ${states.get(id) ?? "unknown"}`);
}

function newGroup(): Group {
  return {
    channels: 0n,
    insurance: 0n,
    his: 0n,
    captured: 0,
    ledgerChannels: 0n,
    ledgerInsurance: 0n,
    ledgerHis: 0n,
    held: 0n,
    elsewhere: 0n,
  };
}

function netOf({ paid, refunded }: PartyTrade): bigint {
  return paid - refunded;
}

function balanceOf({ accounts }: OwnBooks, prefix: string): bigint {
  return sum(accounts.filter(({ account }) => account.startsWith(prefix)), (one) => one.balance);
}

function sum<Item>(items: readonly Item[], of: (item: Item) => bigint): bigint {
  return items.reduce((total, item) => total + of(item), 0n);
}
