import { z } from "zod";
import type { KeyOwner, KeyRecord } from "../../crypto/key_record.ts";

/** How a key of the ladder is kept in a table of its owner's kind. */
export interface KeyRecordRow {
  purpose: KeyRecord["purpose"];
  version: number;
  algorithm: KeyRecord["algorithm"];
  state: KeyRecord["state"];
  check_value: Uint8Array;
  root_label: string;
  root_version: number;
  /** Sealed under the root; null once destroyed. */
  wrapped: Uint8Array | null;
  created_by: string;
  created_at: Date;
  /** JSON. */
  moves: string;
}

const moves = z.array(z.object({
  to: z.enum(["pending", "active", "retiring", "destroyed"]),
  by: z.string(),
  at: z.string(),
}));

export function rowOfKeyRecord(record: KeyRecord): KeyRecordRow {
  const { purpose, version, algorithm, state, checkValue, root, wrapped, created } = record;
  return {
    purpose,
    version,
    algorithm,
    state,
    check_value: checkValue,
    root_label: root.label,
    root_version: root.version,
    wrapped,
    created_by: created.by,
    created_at: new Date(created.at),
    moves: JSON.stringify(record.moves),
  };
}

export function keyRecordOf(owner: KeyOwner, row: KeyRecordRow): KeyRecord {
  return {
    owner,
    purpose: row.purpose,
    version: row.version,
    algorithm: row.algorithm,
    state: row.state,
    checkValue: row.check_value,
    root: { label: row.root_label, version: row.root_version },
    wrapped: row.wrapped,
    created: { by: row.created_by, at: row.created_at.toISOString() },
    moves: moves.parse(JSON.parse(row.moves)),
  };
}

/** The root of the key ladder in the platform's key store: SM4, usage `wrap`. */
export const LADDER_ROOT_KEY = "key-ladder-root";
