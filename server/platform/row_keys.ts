import type { RowKey } from "./personal_data.ts";

const KEYS_AT_ONCE_MAX = 500;

/** Asks for rows by many keys, so many at a time. */
export async function byKeys<Row>(
  keys: readonly RowKey[],
  ask: (ids: string[], times: Date[]) => Promise<readonly Row[]>,
): Promise<Row[]> {
  const found: Row[] = [];
  for (let from = 0; from < keys.length; from += KEYS_AT_ONCE_MAX) {
    const part = keys.slice(from, from + KEYS_AT_ONCE_MAX);
    found.push(...await ask(part.map(({ id }) => id), part.map(({ at }) => at)));
  }
  return found;
}
