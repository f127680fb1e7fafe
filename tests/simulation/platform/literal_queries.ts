import type { PGlite, QueryOptions, Results, Transaction } from "@electric-sql/pglite";

import type { Busy } from "./virtual_time.ts";

type Client = Pick<PGlite | Transaction, "exec">;

/**
 * The embedded database with parameters written into the statements: it takes a statement in one
 * go then, instead of message by message, which is most of what a simulated visit costs.
 */
export function withLiterals(pglite: PGlite, busy: Busy): PGlite {
  return new Proxy(pglite, {
    get(target, name) {
      if (name === "query") return queryOf(target, busy);
      if (name === "transaction") {
        return <Value>(work: (tx: Transaction) => Promise<Value>) =>
          busy.during(target.transaction((tx) => work(literalTransaction(tx, busy))));
      }
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function literalTransaction(tx: Transaction, busy: Busy): Transaction {
  return new Proxy(tx, {
    get: (inner, name) => name === "query" ? queryOf(inner, busy) : Reflect.get(inner, name),
  });
}

function queryOf(client: Client, busy: Busy) {
  return async (text: string, parameters?: readonly unknown[], options?: QueryOptions) => {
    const results: readonly Results[] = await busy.during(
      client.exec(inlined(text, parameters ?? []), options),
    );
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
