import type { Compilable, CompiledQuery, QueryResult, Transaction } from "kysely";

/**
 * A write whose answer its transaction need not wait for: on a server the next statement follows at
 * once, and tells of a failure of both. Nothing is lost by it, since PostgreSQL commits no
 * transaction in which a statement failed. Other dialects wait for it as for any.
 */
export interface HurriedQuery<Row = unknown> extends CompiledQuery<Row> {
  readonly isHurried: true;
}

export function hurried<Row>(query: CompiledQuery<Row>): HurriedQuery<Row> {
  return { ...query, isHurried: true };
}

/** What a server answers at once to a hurried query. */
export interface ResultAhead<Row> extends QueryResult<Row> {
  readonly later: Promise<QueryResult<Row>>;
}

/** Rows on their way; to be awaited after the next statement. */
interface RowsAhead<Row> {
  readonly rows: Promise<Row[]>;
}

/** Reads in a transaction, in one round trip with the statement that follows. */
export async function readAhead<Row>(
  tx: Pick<Transaction<unknown>, "executeQuery">,
  read: Compilable<Row>,
): Promise<RowsAhead<Row>> {
  const result = await tx.executeQuery<Row>(hurried(read.compile()));
  const rows: Promise<Row[]> = isAhead<Row>(result)
    ? result.later.then((later) => later.rows)
    : Promise.resolve(result.rows);
  // A failure is the next statement's too.
  rows.catch(() => {});
  return { rows };
}

function isAhead<Row>(result: QueryResult<Row>): result is ResultAhead<Row> {
  return "later" in result;
}

/** Writes in a transaction as above; for a write whose count nobody asks for. */
export async function hurry(
  tx: Pick<Transaction<unknown>, "executeQuery">,
  write: Compilable,
): Promise<void> {
  await tx.executeQuery(hurried(write.compile()));
}

export function isHurried(query: CompiledQuery): query is HurriedQuery {
  return "isHurried" in query;
}
