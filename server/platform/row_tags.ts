import { CryptoError } from "../../crypto/errors.ts";
import type { KeyHandle, SmProvider } from "../../crypto/provider.ts";

/** The label under which the provider keeps the key of the tags on rows. */
export const ROW_TAG_KEY = "row-tag";

export type TaggedValue = string | number | bigint | boolean | Date | Uint8Array | null;

/** What a row decides, by column: key columns and every column money or rights depend on. */
export type TaggedColumns = Readonly<Record<string, TaggedValue>>;

/**
 * HMAC-SM3 over the columns of rows that decide money or rights, so that a row changed past the
 * platform shows (GB/T 22239-2019 8.1.4.7 b, GB/T 39786-2021 8.4 b). Bound to the table's name.
 */
export interface RowTags {
  /** 32 bytes. */
  tag(table: string, columns: TaggedColumns): Promise<Uint8Array>;
  fits(table: string, columns: TaggedColumns, tag: Uint8Array): Promise<boolean>;
}

/** Its methods throw CryptoError `unknown_key` where the key store has no key for them. */
export function createRowTags(provider: SmProvider): RowTags {
  let known: KeyHandle | null = null;
  const getKey = async () => known ??= await findTagKey(provider);
  return {
    tag: async (table, columns) =>
      await provider.mac(await getKey(), "hmac_sm3", taggedForm(table, columns)),
    fits: async (table, columns, tag) =>
      await provider.verifyMac(await getKey(), "hmac_sm3", taggedForm(table, columns), tag),
  };
}

async function findTagKey(provider: SmProvider): Promise<KeyHandle> {
  const key = await provider.findKey(ROW_TAG_KEY);
  if (key) return key;
  throw new CryptoError("unknown_key", `Cannot find key "${ROW_TAG_KEY}"`);
}

/** UTF-8 of a JSON array: table, then name, type and text of each column by name. */
function taggedForm(table: string, columns: TaggedColumns): Uint8Array<ArrayBuffer> {
  const parts = Object.entries(columns)
    .toSorted(([left], [right]) => left < right ? -1 : 1)
    .map(([name, value]) => [name, ...typeAndText(value)]);
  return new TextEncoder().encode(JSON.stringify([table, parts]));
}

function typeAndText(value: TaggedValue): readonly [string, string] {
  if (value === null) return ["null", ""];
  if (value instanceof Date) return ["time", value.toISOString()];
  if (value instanceof Uint8Array) return ["bytes", value.toHex()];
  return [typeof value === "bigint" ? "number" : typeof value, String(value)];
}
