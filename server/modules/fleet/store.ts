import type { QueryCreator, Transaction } from "kysely";
import { insertIfAbsent } from "../../platform/upsert.ts";
import type { FleetTables } from "./tables.ts";
import type { Terminal } from "./terminal.ts";

export async function insertTerminals(
  tx: Transaction<FleetTables>,
  terminals: readonly Terminal[],
): Promise<void> {
  const rows = terminals.map((terminal) => ({
    id: terminal.id,
    number: terminal.number,
    institution_id: terminal.institutionId,
    state: terminal.state,
  }));
  await tx.insertInto("terminal").values(rows).execute();
}

export async function findTerminalById(
  db: QueryCreator<FleetTables>,
  id: string,
): Promise<Terminal | null> {
  const row = await db.selectFrom("terminal").selectAll().where("id", "=", id).executeTakeFirst();
  return row ? fromRow(row) : null;
}

export async function findTerminalByNumber(
  db: QueryCreator<FleetTables>,
  number: string,
): Promise<Terminal | null> {
  const row = await db.selectFrom("terminal").selectAll().where("number", "=", number)
    .executeTakeFirst();
  return row ? fromRow(row) : null;
}

export async function insertStaffCall(
  tx: Transaction<FleetTables>,
  call: FleetTables["staff_call"],
): Promise<boolean> {
  return await insertIfAbsent(tx, "staff_call", call, ["id", "at"]);
}

function fromRow(row: FleetTables["terminal"]): Terminal {
  return {
    id: row.id,
    number: row.number,
    institutionId: row.institution_id,
    state: row.state,
  };
}
