import type { Kysely } from "kysely";
import type { FleetTables } from "../tables.ts";
import { readRecord } from "./check_record.ts";
import { listErasures } from "./store.ts";

/** A terminal that is no more, as evidence shows it. */
export interface RetiredTerminal {
  readonly number: string;
  readonly certificateId: string;
  /** `overwrite_verify_unlink`, or what people stated of one that was dead. */
  readonly method: string;
  readonly operator: string;
  readonly witness: string;
  readonly recordedAt: Date;
  readonly platformKey: string;
  /** JSON: what was signed, with the signature. */
  readonly signed: string;
}

const PAGE_ROWS = 200;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

export async function* eachErasure(
  { db }: { readonly db: Kysely<FleetTables> },
  period: { readonly from: Date; readonly until: Date },
): AsyncGenerator<RetiredTerminal> {
  let after = FIRST_ID;
  for (;;) {
    const rows = await listErasures(db, { ...period, after, limit: PAGE_ROWS });
    for (const { record, countersignature, platform_key, recorded_at } of rows) {
      const { record: { terminalNumber }, stated } = readRecord(record);
      const { id, method, operator, witness } = stated;
      yield {
        number: terminalNumber,
        certificateId: id,
        method,
        operator,
        witness,
        recordedAt: recorded_at,
        platformKey: platform_key,
        signed: JSON.stringify({ record, countersignature: countersignature.toHex() }, null, 2),
      };
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE_ROWS) return;
    after = last.terminal_id;
  }
}
