import type { Kysely } from "kysely";
import { fingerprintOf } from "../line/line_keys.ts";
import type { FleetTables, KeyEnd } from "../tables.ts";
import type { TerminalState } from "../terminal.ts";
import { listKeysOf, listTerminalRows } from "./store.ts";

/** One terminal as an operator looks it over. */
export interface TerminalLine {
  readonly number: string;
  readonly institutionId: string;
  readonly state: TerminalState;
  /** Of its line: never enrolled, enrolled, or why it is not any more. */
  readonly line: "none" | "enrolled" | KeyEnd;
  /** Of the key it is enrolled with, or was last. */
  readonly fingerprint: string | null;
  /** Its last heartbeat. */
  readonly lastSeenAt: Date | null;
  readonly version: string | null;
}

export const TERMINALS_PAGE_MAX = 500;

/** By number, from the one after `after`; at most `limit`. */
export async function listTerminals(
  { db }: { readonly db: Kysely<FleetTables> },
  page: {
    readonly state: TerminalState | null;
    readonly after: string;
    readonly limit: number;
  },
): Promise<TerminalLine[]> {
  const rows = await listTerminalRows(db, page);
  const keys = await listKeysOf(db, rows.map(({ id }) => id));
  return rows.map((row) => {
    const own = keys.filter(({ terminal_id }) => terminal_id === row.id);
    const key = own.find(({ ended_why }) => ended_why === null) ?? own[0];
    return {
      number: row.number,
      institutionId: row.institution_id,
      state: row.state,
      line: key ? key.ended_why ?? "enrolled" : "none",
      fingerprint: key ? fingerprintOf(key.sign_key) : null,
      lastSeenAt: row.received_at,
      version: row.version,
    };
  });
}
