import { z } from "@hono/zod-openapi";

/** What the lists of the console have in common: bounded pages, one after the other. */

const PAGE_MAX = 200;
const PAGE_DEFAULT = 50;
const CURSOR_LENGTH_MAX = 200;

export const limitField = z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT);

/** `next` of the page before. */
export const pageCursor = z.string().min(1).max(CURSOR_LENGTH_MAX).regex(/^[^\p{Cc}\p{Cs}]+$/u);

/** One line of text somebody typed: trimmed, not empty, without control characters. */
// deno-lint-ignore explicit-module-boundary-types -- zod's own type says it
export function lineField(lengthMax: number) {
  return z.string().trim().min(1).max(lengthMax).regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]+$/u);
}

/** Text for LIKE in which nothing stands for anything else. */
export function literalLike(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}

/** Rows of one more than a page: the page, and where the next one begins. */
export function cutPage<Row>(
  rows: readonly Row[],
  { limit, keyOf }: { readonly limit: number; readonly keyOf: (row: Row) => string },
): { readonly page: readonly Row[]; readonly next: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { page, next: last && rows.length > limit ? keyOf(last) : null };
}
