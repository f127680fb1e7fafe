import { type Insertable, sql, type Transaction } from "kysely";
import { profileOf } from "./database_product/product.ts";

const UNIQUE_VIOLATION = "23505";

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
  if (!profileOf(tx).hasOnConflict) {
    return await insertOrTurnBack(tx, { table, values, keyColumns });
  }
  const result = await tx
    .insertInto(table)
    .values(values)
    // deno-lint-ignore no-explicit-any -- Kysely cannot name the columns of a generic table
    .onConflict((conflict) => conflict.columns(keyColumns as any).doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

interface Absent<Tables, Table extends keyof Tables> {
  readonly table: Table;
  readonly values: Insertable<Tables[Table]>;
  readonly keyColumns: readonly (keyof Tables[Table] & string)[];
}

/** The same in every dialect: a row in the way undoes the insert, and only it. */
async function insertOrTurnBack<Tables, Table extends keyof Tables & string>(
  tx: Transaction<Tables>,
  { table, values, keyColumns }: Absent<Tables, Table>,
): Promise<boolean> {
  await sql`savepoint insert_if_absent`.execute(tx);
  try {
    await tx.insertInto(table).values(values).execute();
  } catch (thrown) {
    if (!isUniqueViolation(thrown)) throw thrown;
    await sql`rollback to savepoint insert_if_absent`.execute(tx);
    // Another key of the table may be the one that is taken.
    const given = new Map(Object.entries(values));
    const same = keyColumns.map((column) => sql`${sql.ref(column)} = ${given.get(column)}`);
    const { rows } = await sql`select 1 from ${sql.table(table)} where ${
      sql.join(same, sql` and `)
    }`.execute(tx);
    if (rows.length === 0) throw thrown;
    return false;
  }
  await sql`release savepoint insert_if_absent`.execute(tx);
  return true;
}

function isUniqueViolation(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === UNIQUE_VIOLATION;
}
