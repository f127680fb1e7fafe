import type { MacMethod } from "../../../../crypto/mac.ts";
import type { PinBlockFormat } from "../../../../crypto/pin_block.ts";
import type { FieldTable } from "./field_table.ts";
import type { Framing } from "./framing.ts";

/** What a response code of the host (field 39) means to us. */
export type Meaning =
  | { readonly kind: "done" }
  /** The host's definite no; `code` is ours, the screen has a sentence for each. */
  | { readonly kind: "refused"; readonly code: string; readonly text: string }
  /** The host itself does not know: only a reversal ends it. */
  | { readonly kind: "unsure" }
  /** The keys or the day are over: sign in, then ask anew. Nothing was booked. */
  | { readonly kind: "sign_in" }
  /** Of a reversal, void or refund: the host has no such original. */
  | { readonly kind: "not_found" }
  /** Of a void: the original's day is settled, it can only be refunded. */
  | { readonly kind: "settled" };

export type WorkKeyPurpose = "pin" | "mac" | "data";

/** All a host prescribes, as data; nothing of it secret. */
export interface HostProfile {
  readonly name: string;
  readonly framing: Pick<Framing, "length"> & {
    /** Whether a TPDU stands in front; which one is the line's configuration. */
    readonly tpduBytes: 0 | 5;
    readonly header: Uint8Array;
  };
  readonly table: FieldTable;
  readonly algorithm: "tdes" | "sm4";
  readonly pinFormat: PinBlockFormat;
  /** Field 53 with and without a PIN. */
  readonly securityInfo: { readonly withPin: string; readonly withoutPin: string };
  readonly mac: {
    readonly method: MacMethod;
    /** The front of the MAC that goes into the field. */
    readonly bytes: number;
    readonly field: 64 | 128;
  };
  /** Field 62 of 0810: keys under the master with their check values, in this order. */
  readonly workKeys: readonly {
    readonly purpose: WorkKeyPurpose;
    readonly keyBytes: number;
    readonly checkBytes: number;
  }[];
  /** Network management codes of field 60. */
  readonly networkCodes: {
    readonly signIn: string;
    readonly echo: string;
    readonly settle: string;
  };
  readonly responses: Readonly<Record<string, Meaning>>;
  /** A message may be booked so long after it was sent; until then "not found" proves nothing. */
  readonly lateMs: number;
  /** Whether it answers a number that it has seen as it did the first time; else a no may be news. */
  readonly answersRepeatsAlike: boolean;
}

export function meaningOf({ responses }: HostProfile, code: string): Meaning {
  return responses[code] ?? UNKNOWN_CODE;
}

/** A code nobody told us of may stand for anything. */
const UNKNOWN_CODE: Meaning = { kind: "unsure" };
