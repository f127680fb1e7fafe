import { type ChangedRow, type ChangedRowDeps, tellChangedRow } from "../../audit/changed_row.ts";

export type BrokenRow = Pick<ChangedRow, "table" | "rowId">;

const TELL_AGAIN_MS = 3_600_000;
const ROWS_REMEMBERED_MAX = 1_000;

/**
 * Tells people of rows of rights and sign-ins that were changed past the platform. Such a row is
 * met again with every request of its account, so each is asked about once an hour.
 */
export class BrokenRows {
  readonly #deps: ChangedRowDeps;
  readonly #toldAt = new Map<string, number>();

  constructor(deps: ChangedRowDeps) {
    this.#deps = deps;
  }

  /** In a transaction of its own: never within another. */
  async tell(rows: readonly BrokenRow[]): Promise<void> {
    for (const row of rows) {
      if (!this.#isNews(row)) continue;
      await tellChangedRow(this.#deps, { ...row, by: "rights" });
      this.#remember(row);
    }
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
