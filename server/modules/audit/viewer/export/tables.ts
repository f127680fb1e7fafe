import type { ExportState } from "../contract.ts";

export interface AuditExportTables {
  audit_export: {
    id: string;
    /** Who asked, and alone may fetch it. */
    account_id: string;
    /** Narrowed to it and all below it. */
    organisation_id: string | null;
    /** JSON of the `EventQuery`; without an ID number. */
    query: string;
    form: "csv" | "xlsx";
    from_at: Date;
    to_at: Date;
    state: ExportState;
    row_count: bigint;
    /** Time of the oldest event written; the newest come first. */
    reached_at: Date | null;
    /** SM3 of the whole file. */
    digest: Uint8Array | null;
    started_at: Date;
    expires_at: Date;
    changed_at: Date;
    /** JSON of the Actor who asked; null in rows of earlier versions. */
    requested_by: string | null;
  };
}
