import { decryptPinBlock } from "../../crypto/pin_block.ts";
import { wipe } from "../../crypto/bytes.ts";
import {
  bytesOf,
  type CardMessage,
  type FieldValue,
  textOf,
} from "../../server/gateways/card_host/wire/field_table.ts";
import type { HostProfile } from "../../server/gateways/card_host/wire/host_profile.ts";
import { chinaTime } from "../../server/platform/clock.ts";
import type { EntryKey, EntryRow, WorkKeyRow } from "./card_store.ts";
import {
  bookRefund,
  type BookRequest,
  bookReversal,
  bookSale,
  bookVoid,
  type CardBooks,
  refusalOf,
} from "./host_entries.ts";
import { settleBatch } from "./settle_batch.ts";

/** As faults and the panel name them. */
export type HostCall =
  | "sign_in"
  | "echo"
  | "sale"
  | "balance"
  | "void"
  | "refund"
  | "reversal"
  | "settle";

export function callOf(message: CardMessage): HostCall | null {
  switch (message.type) {
    case "0800":
      return "sign_in";
    case "0820":
      return "echo";
    case "0220":
      return "refund";
    case "0400":
      return "reversal";
    case "0500":
      return "settle";
    case "0200":
      return SALE_KINDS[textOf(message, 3) ?? ""] ?? null;
    default:
      return null;
  }
}

const SALE_KINDS: Readonly<Record<string, HostCall>> = {
  "000000": "sale",
  "200000": "void",
  "310000": "balance",
};

/** The fields of the answer that the books decide; to be called in a transaction. */
export function bookCall(
  books: CardBooks,
  profile: HostProfile,
  { call, message, keys }: {
    readonly call: Exclude<HostCall, "sign_in" | "echo">;
    readonly message: CardMessage;
    readonly keys: WorkKeyRow;
  },
): [number, FieldValue][] {
  const request = requestOf(profile, message, keys);
  switch (call) {
    case "sale":
      return entryFields(books, bookSale(books, request));
    case "void":
      return entryFields(books, bookVoid(books, request));
    case "refund":
      return entryFields(books, bookRefund(books, request));
    case "reversal": {
      const of = textOf(message, 3) === "200000" ? "void" : "sale";
      return codeFields(books, bookReversal(books, request, of));
    }
    case "balance":
      return balanceFields(books, request);
    case "settle":
      return [
        ...codeFields(books, "00"),
        [48, settleBatch(books, request.key, textOf(message, 48) ?? "")],
      ];
  }
}

export function codeFields({ clock }: CardBooks, code: string): [number, FieldValue][] {
  const [date, time] = chinaTime(clock.now()).split(" ");
  return [
    [12, (time ?? "").replaceAll(":", "")],
    [13, (date ?? "").slice(5).replace("-", "")],
    [39, code],
  ];
}

function entryFields(books: CardBooks, entry: EntryRow): [number, FieldValue][] {
  const fields = codeFields(books, entry.code);
  return entry.code === "00"
    ? [...fields, [15, entry.day.slice(5).replace("-", "")], [37, entry.reference], [
      38,
      entry.approval,
    ]]
    : [...fields, [37, entry.reference]];
}

function balanceFields(books: CardBooks, request: BookRequest): [number, FieldValue][] {
  const account = books.store.findAccount(request.pan);
  const refusal = refusalOf(books, account, request);
  if (refusal || !account) return codeFields(books, refusal ?? "14");
  const balance = String(account.balance_fen).padStart(12, "0");
  return [...codeFields(books, "00"), [54, `1002156C${balance}`]];
}

function requestOf(profile: HostProfile, message: CardMessage, keys: WorkKeyRow): BookRequest {
  const merchant = (textOf(message, 42) ?? "").trim();
  const terminal = (textOf(message, 41) ?? "").trim();
  const pan = textOf(message, 2) ?? "";
  const key: EntryKey = {
    merchant,
    terminal,
    batch: Number((textOf(message, 60) ?? "").slice(2, 8)),
    stan: Number(textOf(message, 11)),
  };
  const named = textOf(message, 61);
  return {
    key,
    pan,
    amountFen: Number(textOf(message, 4) ?? "0"),
    expiry: textOf(message, 14),
    pin: pinOf(profile, { block: bytesOf(message, 52), pan, keys }),
    original: named === null ? null : {
      key: {
        merchant,
        terminal,
        batch: Number(named.slice(0, 6)),
        stan: Number(named.slice(6, 12)),
      },
      reference: textOf(message, 37),
    },
  };
}

function pinOf(
  { pinFormat: format }: HostProfile,
  { block, pan, keys }: {
    readonly block: Uint8Array | null;
    readonly pan: string;
    readonly keys: WorkKeyRow;
  },
): BookRequest["pin"] {
  if (block === null) return null;
  try {
    const pin = decryptPinBlock({ format, pan, key: keys.pin_key }, block);
    const text = new TextDecoder().decode(pin);
    wipe(pin);
    return text;
  } catch {
    return "unreadable";
  }
}
