import type { KeyRecordRow } from "../../../platform/key_record_row.ts";

export interface PadKeyTables {
  terminal_pad_key: KeyRecordRow & { terminal_id: string };
}
