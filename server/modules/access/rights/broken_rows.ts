import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { systemActor } from "../../audit/actor.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";

export interface BrokenRowsDeps {
  readonly db: Kysely<AuditTables>;
  readonly clock: Clock;
  readonly audit: AuditWriter;
}

export interface BrokenRow {
  readonly table: "account" | "role" | "account_grant";
  readonly rowId: string;
}

const TELL_AGAIN_MS = 3_600_000;
const ROWS_REMEMBERED_MAX = 1_000;

/**
 * Tells the audit trail of rows of rights that were changed past the platform: each once an hour,
 * for it is met again with every request of its account.
 */
export class BrokenRows {
  readonly #deps: BrokenRowsDeps;
  readonly #toldAt = new Map<string, number>();

  constructor(deps: BrokenRowsDeps) {
    this.#deps = deps;
  }

  async tell(rows: readonly BrokenRow[]): Promise<void> {
    const news = rows.filter((row) => this.#isNews(row));
    if (news.length === 0) return;
    await this.#deps.db.transaction().execute((tx) =>
      this.#deps.audit.record(
        tx,
        systemActor("rights"),
        news.map(({ table, rowId }) => ({
          kind: "platform.integrity_broken",
          result: "failed",
          objectId: rowId,
          fields: { table, rowId },
        })),
      )
    );
    for (const row of news) this.#remember(row);
  }

  #isNews(row: BrokenRow): boolean {
    const toldAt = this.#toldAt.get(keyOf(row));
    return toldAt === undefined || this.#deps.clock.now().getTime() - toldAt >= TELL_AGAIN_MS;
  }

  #remember(row: BrokenRow): void {
    if (this.#toldAt.size >= ROWS_REMEMBERED_MAX) this.#toldAt.clear();
    this.#toldAt.set(keyOf(row), this.#deps.clock.now().getTime());
  }
}

function keyOf({ table, rowId }: BrokenRow): string {
  return `${table} ${rowId}`;
}
