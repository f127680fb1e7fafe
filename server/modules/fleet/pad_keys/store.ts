import type { QueryCreator, Transaction } from "kysely";
import type { KeyOwner, KeyRecord } from "../../../../crypto/key_record.ts";
import { DomainError } from "../../../platform/errors.ts";
import { keyRecordOf, rowOfKeyRecord } from "../../../platform/key_record_row.ts";
import { insertIfAbsent } from "../../../platform/upsert.ts";
import type { FleetTables } from "../tables.ts";
import type { PadKeyTables } from "./tables.ts";

export function padOwner(terminalId: string): KeyOwner {
  return { kind: "terminal", id: terminalId };
}

/** All that are not destroyed, by version. */
export async function selectPadKeys(
  db: QueryCreator<PadKeyTables>,
  terminalId: string,
): Promise<KeyRecord[]> {
  const rows = await db.selectFrom("terminal_pad_key").selectAll()
    .where("terminal_id", "=", terminalId).where("state", "<>", "destroyed")
    .orderBy("version").execute();
  return rows.map((row) => keyRecordOf(padOwner(terminalId), row));
}

export async function highestPadKeyVersion(
  db: QueryCreator<PadKeyTables>,
  terminalId: string,
): Promise<number> {
  const row = await db.selectFrom("terminal_pad_key")
    .select((of) => of.fn.max("version").as("version")).where("terminal_id", "=", terminalId)
    .executeTakeFirst();
  return row?.version ?? 0;
}

export async function findTerminalId(
  db: QueryCreator<FleetTables>,
  number: string,
): Promise<string | null> {
  const row = await db.selectFrom("terminal").select("id").where("number", "=", number)
    .executeTakeFirst();
  return row?.id ?? null;
}

/** New ones; another command that made keys at this moment has taken their version. */
export async function insertPadKeys(
  tx: Transaction<PadKeyTables>,
  terminalId: string,
  records: readonly KeyRecord[],
): Promise<void> {
  for (const record of records) {
    const row = { terminal_id: terminalId, ...rowOfKeyRecord(record) };
    const key = ["terminal_id", "purpose", "version"] as const;
    if (await insertIfAbsent(tx, "terminal_pad_key", row, key)) continue;
    throw new DomainError(
      "fleet.pad_keys_busy",
      `Cannot keep pad keys of version ${record.version}: expected a version that is free`,
    );
  }
}

/** Known ones, as they stand now. */
export async function savePadKeys(
  tx: Transaction<PadKeyTables>,
  terminalId: string,
  records: readonly KeyRecord[],
): Promise<void> {
  for (const record of records) {
    const { state, wrapped, moves } = rowOfKeyRecord(record);
    await tx.updateTable("terminal_pad_key").set({ state, wrapped, moves })
      .where("terminal_id", "=", terminalId).where("purpose", "=", record.purpose)
      .where("version", "=", record.version).execute();
  }
}
