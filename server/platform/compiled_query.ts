import {
  type Compilable,
  type CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from "kysely";

/**
 * A query whose text is made once: for what every request asks. `build` is given no database that
 * answers; its parameters stand in the order of `parameters` of a later call.
 */
export function compiledOnce<Tables, Row>(
  build: (db: Kysely<Tables>) => Compilable<Row>,
): (parameters: readonly unknown[]) => CompiledQuery<Row> {
  const compiled = build(
    new Kysely<Tables>({
      dialect: {
        createAdapter: () => new PostgresAdapter(),
        createDriver: () => new DummyDriver(),
        createIntrospector: (db) => new PostgresIntrospector(db),
        createQueryCompiler: () => new PostgresQueryCompiler(),
      },
    }),
  ).compile();
  return (parameters) => ({ ...compiled, parameters });
}
