import type { CompiledQuery } from "kysely";

/**
 * A write whose answer its transaction need not wait for: on a server the next statement follows at
 * once, and tells of a failure of both. Nothing is lost by it, since PostgreSQL commits no
 * transaction in which a statement failed. Other dialects wait for it as for any.
 */
export interface HurriedQuery extends CompiledQuery {
  readonly isHurried: true;
}

export function hurried(query: CompiledQuery): HurriedQuery {
  return { ...query, isHurried: true };
}

export function isHurried(query: CompiledQuery): query is HurriedQuery {
  return "isHurried" in query;
}
