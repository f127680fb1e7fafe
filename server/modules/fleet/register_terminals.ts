import type { Kysely, Transaction } from "kysely";
import { findTerminalById, findTerminalByNumber, insertTerminals } from "./store.ts";
import type { FleetTables } from "./tables.ts";
import type { Terminal } from "./terminal.ts";

export async function registerTerminals(
  tx: Transaction<FleetTables>,
  terminals: readonly Terminal[],
): Promise<void> {
  await insertTerminals(tx, terminals);
}

export async function findTerminal(
  deps: { readonly db: Kysely<FleetTables> },
  by: { readonly id: string } | { readonly number: string },
): Promise<Terminal | null> {
  return "id" in by
    ? await findTerminalById(deps.db, by.id)
    : await findTerminalByNumber(deps.db, by.number);
}
