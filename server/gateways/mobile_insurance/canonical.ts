/**
 * What of a message is signed at the centre for mobile payment (nhsa.md §2.3). Platforms differ, so
 * a profile names one of three forms.
 */
export type CanonicalForm =
  /** All of `data`, to its leaves. */
  | "tree"
  /** The top level of `data`, and of lists in it one level down. */
  | "top_level"
  /** The text of encData in the place of `data`. */
  | "enc_data";

/** The value of `data` in the sign string. */
export type Canonicaliser = (data: unknown, encData: string) => string;

export const CANONICALISERS: Readonly<Record<CanonicalForm, Canonicaliser>> = {
  tree: (data) => JSON.stringify(normalise(data, Infinity)),
  top_level: (data) => JSON.stringify(normalise(data, LIST_DEPTH)),
  enc_data: (_data, encData) => encData,
};

/** Never signed, or signed in another form. */
const UNSIGNED = new Set(["signData", "encData", "extra", "data"]);
/** The top level and what stands in a list of it. */
const LIST_DEPTH = 2;

/** `k=v&…&key=secret`, keys in ASCII order, without what is null or empty. */
export function signText(
  wrapper: Readonly<Record<string, unknown>>,
  { data, appSecret }: { readonly data: string; readonly appSecret: string },
): string {
  const pairs = Object.entries({ ...plain(wrapper), data })
    .filter(([, value]) => value !== "")
    .sort(([left], [right]) => compare(left, right))
    .map(([name, value]) => `${name}=${value}`);
  return [...pairs, `key=${appSecret}`].join("&");
}

function plain(wrapper: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(wrapper)
      .filter(([name, value]) => !UNSIGNED.has(name) && value !== null && value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  );
}

/** Keys sorted, scalars as text, nothing that is null or empty; below `depth` as it came. */
function normalise(value: unknown, depth: number): unknown {
  if (depth <= 0 || value === null) return value;
  if (Array.isArray(value)) {
    return value.map((item) => normalise(item, depth - 1)).filter((item) => !isEmpty(item));
  }
  if (typeof value !== "object") return String(value);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => !isEmpty(item))
      .sort(([left], [right]) => compare(left, right))
      .map(([name, item]) => [name, normaliseItem(item, depth)]),
  );
}

/** Objects under the top level are left as they are in the form that goes only so deep. */
function normaliseItem(item: unknown, depth: number): unknown {
  const isObject = typeof item === "object" && item !== null && !Array.isArray(item);
  if (isObject && depth === LIST_DEPTH) return item;
  return Array.isArray(item) && depth === LIST_DEPTH
    ? item.map((each) => normalise(each, 1))
    : normalise(item, depth - (isObject ? 1 : 0));
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === "" ||
    (Array.isArray(value) && value.length === 0);
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
