import type { Insertable, Transaction } from "kysely";

/**
 * Inserts unless a row of the same key is there; false when it was. The one place that knows how
 * the database says it: PostgreSQL's ON CONFLICT has no equal in openGauss.
 */
export async function insertIfAbsent<Tables, Table extends keyof Tables & string>(
  tx: Transaction<Tables>,
  table: Table,
  values: Insertable<Tables[Table]>,
  keyColumns: readonly (keyof Tables[Table] & string)[],
): Promise<boolean> {
  const result = await tx
    .insertInto(table)
    .values(values)
    // deno-lint-ignore no-explicit-any -- Kysely cannot name the columns of a generic table
    .onConflict((conflict) => conflict.columns(keyColumns as any).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}
