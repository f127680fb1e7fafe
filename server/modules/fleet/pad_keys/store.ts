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

/**
 * Held until the transaction ends: keys are not made under a master while it is being destroyed. What
 * another transaction left is seen by what is read behind this.
 */
export async function lockPadMasters(
  tx: Transaction<PadKeyTables>,
  terminalId: string,
): Promise<void> {
  await tx.selectFrom("terminal_pad_key").select("version")
    .where("terminal_id", "=", terminalId).where("purpose", "=", "master")
    .where("state", "<>", "destroyed").orderBy("version").forUpdate().execute();
}

export interface PadKeyCounts {
  /** Terminals whose pad has a master that counts. */
  readonly masters: number;
  /** Numbers of those without work keys that count, the first few. */
  readonly withoutWork: readonly string[];
}

/** Enough to go and look; the rest shows at the next check. */
const SHOWN_MAX = 10;

/** For people who check before opening: which pads went through the ceremony and did not get on. */
export async function countPadKeys(
  db: QueryCreator<FleetTables & PadKeyTables>,
): Promise<PadKeyCounts> {
  const { masters } = await db.selectFrom("terminal_pad_key")
    .select((of) => of.fn.count("terminal_id").distinct().as("masters"))
    .where("purpose", "=", "master").where("state", "=", "active")
    .executeTakeFirstOrThrow();
  const rows = await db.selectFrom("terminal_pad_key as master")
    .innerJoin("terminal", "terminal.id", "master.terminal_id")
    .leftJoin(
      "terminal_pad_key as work",
      (on) =>
        on.onRef("work.terminal_id", "=", "master.terminal_id")
          .on("work.purpose", "=", "mac").on("work.state", "=", "active"),
    )
    .select("terminal.number")
    .where("master.purpose", "=", "master").where("master.state", "=", "active")
    .where("work.version", "is", null)
    .orderBy("terminal.number").limit(SHOWN_MAX).execute();
  return { masters: Number(masters), withoutWork: rows.map(({ number }) => number) };
}
