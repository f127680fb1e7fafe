import type { Clock } from "../../server/platform/clock.ts";
import { businessDay } from "../../server/platform/clock.ts";
import type { AccountRow, CardStore, EntryKey, EntryRow } from "./card_store.ts";

/** How the host books; to be called inside one of the store's transactions. */

export interface CardBooks {
  readonly store: CardStore;
  readonly clock: Clock;
}

/** A message as far as the books need it. */
export interface BookRequest {
  readonly key: EntryKey;
  readonly pan: string;
  readonly amountFen: number;
  /** `YYMM`; null when it was not sent. */
  readonly expiry: string | null;
  /** Null without field 52, `unreadable` when the block does not open. */
  readonly pin: string | null | "unreadable";
  /** Of the original, by fields 61 and 37. */
  readonly original: { readonly key: EntryKey; readonly reference: string | null } | null;
}

const PIN_TRIES_MAX = 3;

/** A sale; the same number again is answered as the first time. */
export function bookSale(books: CardBooks, request: BookRequest): EntryRow {
  const { store } = books;
  const known = store.findEntry(request.key);
  if (known) return known.state === "never" ? { ...known, code: "12" } : known;
  const account = store.findAccount(request.pan);
  const refusal = refusalOf(books, account, request);
  if (refusal || !account) {
    return put(books, newEntry(books, "sale", request, refusal ?? "14"));
  }
  const balance_fen = account.balance_fen - request.amountFen;
  store.putAccount({ ...account, balance_fen, pin_tries: 0 });
  return put(books, newEntry(books, "sale", request, "00"));
}

/** Also for a balance inquiry, where the amount is nothing. */
export function refusalOf(
  { store, clock }: CardBooks,
  account: AccountRow | null,
  { pin, amountFen, expiry }: BookRequest,
): string | null {
  if (!account || account.state === "closed") return "14";
  if (account.state === "blocked") return "62";
  if (isPast(account.expiry, clock) || (expiry !== null && isPast(expiry, clock))) return "54";
  if (account.pin_tries >= PIN_TRIES_MAX) return "75";
  if (pin === "unreadable") return "99";
  if (pin !== account.pin) {
    const pin_tries = account.pin_tries + 1;
    store.putAccount({ ...account, pin_tries });
    return pin_tries >= PIN_TRIES_MAX ? "75" : "55";
  }
  return account.balance_fen < amountFen ? "51" : null;
}

function isPast(expiry: string, clock: Clock): boolean {
  return `20${expiry.slice(0, 2)}-${expiry.slice(2)}` < businessDay(clock.now()).slice(0, 7);
}

/** All of a sale of the same day and an open batch. */
export function bookVoid(books: CardBooks, request: BookRequest): EntryRow {
  const { store, clock } = books;
  const known = store.findEntry(request.key);
  if (known) return known.state === "never" ? { ...known, code: "12" } : known;
  const sale = saleOf(books, request);
  const refused = (code: string) => put(books, newEntry(books, "void", request, code));
  if (!sale || sale.state !== "booked" || sale.returned_fen > 0) return refused("25");
  const isSettled = store.isSettled(sale.merchant, sale.batch) ||
    sale.day !== businessDay(clock.now());
  if (isSettled) return refused("22");
  if (sale.amount_fen !== request.amountFen) return refused("64");
  if (!giveBack(books, sale.pan, sale.amount_fen)) return refused("14");
  put(books, { ...sale, state: "voided", returned_fen: sale.amount_fen });
  return put(books, newEntry(books, "void", request, "00", sale.reference));
}

export function bookRefund(books: CardBooks, request: BookRequest): EntryRow {
  const known = books.store.findEntry(request.key);
  if (known) return known;
  const sale = saleOf(books, request);
  const refused = (code: string) => put(books, newEntry(books, "refund", request, code));
  if (!sale || sale.state !== "booked") return refused("25");
  if (sale.returned_fen + request.amountFen > sale.amount_fen) return refused("64");
  if (!giveBack(books, sale.pan, request.amountFen)) return refused("14");
  put(books, { ...sale, returned_fen: sale.returned_fen + request.amountFen });
  return put(books, newEntry(books, "refund", request, "00", sale.reference));
}

/** Answers the code alone; what was not there yet will never be booked. */
export function bookReversal(books: CardBooks, request: BookRequest, of: "sale" | "void"): string {
  const { store } = books;
  const entry = store.findEntry(request.key);
  if (!entry) {
    put(books, { ...newEntry(books, of, request, "25"), state: "never" });
    return "25";
  }
  if (entry.state === "never") return "25";
  if (entry.kind !== of) return "12";
  if (entry.state === "reversed" || entry.state === "declined") return "00";
  if (entry.state !== "booked" || entry.returned_fen > 0) return "12";
  if (of === "sale" && !giveBack(books, entry.pan, entry.amount_fen)) return "14";
  if (of === "void" && !takeAgain(books, entry)) return "12";
  put(books, { ...entry, state: "reversed" });
  return "00";
}

function takeAgain(books: CardBooks, entry: EntryRow): boolean {
  const sale = entry.original === null ? null : books.store.findByReference(entry.original);
  if (!sale || !giveBack(books, sale.pan, -sale.amount_fen)) return false;
  put(books, { ...sale, state: "booked", returned_fen: 0 });
  return true;
}

function saleOf({ store }: CardBooks, { original, pan }: BookRequest): EntryRow | null {
  const sale = original && store.findEntry(original.key);
  const isSame = sale && sale.kind === "sale" && sale.pan === pan &&
    sale.reference === original.reference;
  return isSame ? sale : null;
}

function giveBack({ store }: CardBooks, pan: string, amountFen: number): boolean {
  const account = store.findAccount(pan);
  if (!account || account.state === "closed") return false;
  store.putAccount({ ...account, balance_fen: account.balance_fen + amountFen });
  return true;
}

function put({ store }: CardBooks, entry: EntryRow): EntryRow {
  store.putEntry(entry);
  return entry;
}

function newEntry(
  { clock }: CardBooks,
  kind: EntryRow["kind"],
  request: BookRequest,
  ...[code, original = null]: [string, (string | null)?]
): EntryRow {
  const now = clock.now();
  return {
    ...request.key,
    kind,
    pan: request.pan,
    amount_fen: request.amountFen,
    code,
    reference: crypto.getRandomValues(new Uint8Array(6)).toHex().toUpperCase(),
    approval: crypto.getRandomValues(new Uint8Array(3)).toHex().toUpperCase(),
    state: code === "00" ? "booked" : "declined",
    returned_fen: 0,
    original,
    day: businessDay(now),
    at_ms: now.getTime(),
  };
}
