import type { Kysely, Transaction } from "kysely";
import type { Actor } from "../audit/actor.ts";
import type { AuditWriter } from "../audit/record_events.ts";
import { findTerminalById, findTerminalByNumber, insertTerminals } from "./store.ts";
import type { FleetDb, FleetTables } from "./tables.ts";
import type { Terminal } from "./terminal.ts";

export async function registerTerminals(
  { audit }: { readonly audit: AuditWriter },
  tx: Transaction<FleetDb>,
  { terminals, actor }: { readonly terminals: readonly Terminal[]; readonly actor: Actor },
): Promise<void> {
  await insertTerminals(tx, terminals);
  await audit.record(tx, actor, [{
    kind: "fleet.terminals_registered",
    result: "succeeded",
    fields: { count: terminals.length },
  }]);
}

export async function findTerminal(
  deps: { readonly db: Kysely<FleetTables> },
  by: { readonly id: string } | { readonly number: string },
): Promise<Terminal | null> {
  return "id" in by
    ? await findTerminalById(deps.db, by.id)
    : await findTerminalByNumber(deps.db, by.number);
}
