import type { Kysely } from "kysely";
import type { AuditTables } from "../tables.ts";
import { listCountersignatures } from "../verify/store.ts";
import { type CheckpointRow, findCheckpoint as findRow, findLastCheckpoint } from "./store.ts";

export interface FoundCheckpoint extends CheckpointRow {
  /** Names of the organisations that signed it too. */
  readonly countersignedBy: readonly string[];
}

/** The last one for null. */
export async function findCheckpoint(
  { db }: { readonly db: Kysely<AuditTables> },
  number: bigint | null,
): Promise<FoundCheckpoint | null> {
  const row = await (number === null ? findLastCheckpoint(db) : findRow(db, number));
  if (!row) return null;
  const signed = await listCountersignatures(db, [row.number]);
  return { ...row, countersignedBy: signed.map(({ party }) => party) };
}
