import type { Expression, ExpressionBuilder, ReferenceExpression, SqlBool } from "kysely";

/**
 * Where a caller may do something: nodes of the organisation tree by their paths, each with all
 * below it. Queries are narrowed by it in the database, never afterwards.
 */
export interface Scope {
  /** None lies below another; empty means nowhere. */
  readonly paths: readonly string[];
}

export const NOWHERE: Scope = { paths: [] };

export function scopeOfPaths(paths: readonly string[]): Scope {
  const sorted = [...new Set(paths)].sort();
  return {
    paths: sorted.filter((path, at) =>
      !sorted.slice(0, at).some((above) => path.startsWith(above))
    ),
  };
}

export function covers(scope: Scope, path: string): boolean {
  return scope.paths.some((above) => path.startsWith(above));
}

/** The condition "`column`, a path of the organisation tree, lies in the scope". */
export function inScope<Tables, Table extends keyof Tables>(
  eb: ExpressionBuilder<Tables, Table>,
  column: ReferenceExpression<Tables, Table>,
  scope: Scope,
): Expression<SqlBool> {
  return eb.or(scope.paths.map((path) => eb(column, "like", `${path}%`)));
}
