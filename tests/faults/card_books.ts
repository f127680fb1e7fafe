import type { CityCard } from "../../sandbox/card_host/bank_cards.ts";
import { cardNumber, type OwnCardMessage } from "./own_cards.ts";
import type { PartyCard, PartyTrade } from "./party_books.ts";
import { fenIn, type Row } from "./party_rows.ts";

/** The card host's books: numbered entries, and the accounts they moved. */

interface HostEntry {
  readonly number: string;
  readonly kind: string;
  readonly pan: string;
  /** A sale that stood, before anything went back. */
  readonly paid: bigint;
  readonly returned: bigint;
}

const STOOD = ["booked", "voided"];

export function cardEntry(row: Row): HostEntry {
  const kind = String(row["kind"]);
  const isSale = kind === "sale" && STOOD.includes(String(row["state"]));
  return {
    number: cardNumber({
      merchant: String(row["merchant"]),
      terminal: String(row["terminal"]),
      batch: Number(row["batch"]),
      stan: Number(row["stan"]),
    }),
    kind,
    pan: String(row["pan"]),
    paid: isSale ? fenIn(row, "amountFen") : 0n,
    returned: isSale ? fenIn(row, "returnedFen") : 0n,
  };
}

/** Two sales of one trade count twice: that is a difference to our books. */
export function cardTrades(
  entries: readonly HostEntry[],
  ours: readonly OwnCardMessage[],
): PartyTrade[] {
  const tradeOf = new Map(ours.map(({ number, tradeId }) => [number, tradeId]));
  const sales = Map.groupBy(
    entries.filter(({ paid }) => paid > 0n),
    ({ number }) => tradeOf.get(number) ?? number,
  );
  return [...sales].map(([trade, ofTrade]) => ({
    party: "card_host",
    tradeId: ofTrade.some(({ number }) => tradeOf.has(number)) ? trade : null,
    number: ofTrade.map(({ number }) => number).join(" and "),
    paid: sumOf(ofTrade, ({ paid }) => paid),
    refunded: sumOf(ofTrade, ({ returned }) => returned),
  }));
}

export function cardsOf(
  entries: readonly HostEntry[],
  { accounts, cards }: { readonly accounts: readonly Row[]; readonly cards: readonly CityCard[] },
): PartyCard[] {
  const opened = new Map(cards.map(({ pan, balanceFen }) => [pan, BigInt(balanceFen)]));
  return accounts.map((row) => {
    const pan = String(row["pan"]);
    const ofCard = entries.filter((entry) => entry.pan === pan);
    return {
      pan,
      gone: (opened.get(pan) ?? 0n) - fenIn(row, "balanceFen"),
      booked: sumOf(ofCard, ({ paid, returned }) => paid - returned),
    };
  });
}

function sumOf(
  entries: readonly HostEntry[],
  of: (entry: HostEntry) => bigint,
): bigint {
  return entries.reduce((total, entry) => total + of(entry), 0n);
}
