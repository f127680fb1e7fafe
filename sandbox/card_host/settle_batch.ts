import type { EntryKey } from "./card_store.ts";
import type { CardBooks } from "./host_entries.ts";

const TOTALS_DIGITS = 30;

/** Field 48 of 0510: our own totals and 1, or 2 where the terminals' differ. */
export function settleBatch(
  { store }: CardBooks,
  { merchant, batch }: Pick<EntryKey, "merchant" | "batch">,
  told: string,
): string {
  const entries = store.entriesOfBatch(merchant, batch).filter(({ state }) => state === "booked");
  const half = (kind: "sale" | "refund") => {
    const own = entries.filter((entry) => entry.kind === kind);
    const sum = own.reduce((total, { amount_fen }) => total + amount_fen, 0);
    return String(sum).padStart(12, "0") + String(own.length).padStart(3, "0");
  };
  const totals = half("sale") + half("refund");
  const agrees = told.slice(0, TOTALS_DIGITS) === totals;
  store.settle(merchant, batch, agrees);
  return totals + (agrees ? "1" : "2");
}
