import type { PGlite, QueryOptions, Results, Transaction } from "@electric-sql/pglite";

type Client = Pick<PGlite | Transaction, "exec">;

/**
 * The embedded database with parameters written into the statements: it takes a statement in one
 * go then, instead of message by message, which is most of what a simulated visit costs.
 */
export function withLiterals(pglite: PGlite): PGlite {
  return new Proxy(pglite, {
    get(target, name) {
      if (name === "query") return queryOf(target);
      if (name === "transaction") {
        return <Value>(work: (tx: Transaction) => Promise<Value>) =>
          target.transaction((tx) =>
            work(
              new Proxy(tx, {
                get: (inner, key) => key === "query" ? queryOf(inner) : Reflect.get(inner, key),
              }),
            )
          );
      }
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function queryOf(client: Client) {
  return async (text: string, parameters: readonly unknown[] = [], options?: QueryOptions) => {
    const results: readonly Results[] = await client.exec(inlined(text, parameters), options);
    return results[0];
  };
}

function inlined(text: string, parameters: readonly unknown[]): string {
  return text.replace(/\$(\d+)/g, (_mark, n) => literalOf(parameters[Number(n) - 1]));
}

function literalOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "number" || typeof value === "bigint") return `${value}`;
  if (typeof value === "boolean") return value ? "true" : "false";
  if (value instanceof Date) return `'${value.toISOString()}'`;
  if (value instanceof Uint8Array) return `'\\x${value.toHex()}'`;
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  throw new TypeError(`Cannot write a ${typeof value} as a literal`);
}
