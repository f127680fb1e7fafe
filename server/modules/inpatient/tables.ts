import type { TaggedTable } from "../../platform/tagged_table.ts";

export interface InpatientTables {
  /** Written once; how its parts stand is in their refunds. */
  inpatient_discharge: {
    id: string;
    at: Date;
    institution_id: string;
    request_digest: Uint8Array;
    asked_by: "patient" | "staff";
    terminal_id: string | null;
    account_id: string | null;
    due_fen: bigint;
    elsewhere_fen: bigint;
    /** JSON of `DischargePart[]`. */
    parts: string;
    tag: Uint8Array;
  };
}

export const INPATIENT_PARTITIONED = ["inpatient_discharge"] as const;

export const DISCHARGE_TAGGED = {
  table: "inpatient_discharge",
  key: ["id", "at"],
  columns: [
    "id",
    "at",
    "institution_id",
    "asked_by",
    "terminal_id",
    "account_id",
    "due_fen",
    "elsewhere_fen",
    "parts",
  ],
} as const satisfies TaggedTable<keyof InpatientTables["inpatient_discharge"]>;
