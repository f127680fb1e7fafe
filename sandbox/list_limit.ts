const LISTED_MAX = 20_000;

/** `?limit=` of a party's lists: as many as usual, or as many as somebody wants to compare. */
export function listLimit(query: string | undefined, usual: number): number {
  const wanted = Number(query ?? usual);
  return Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, LISTED_MAX) : usual;
}
