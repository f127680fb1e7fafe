import type { JSX } from "preact";
import type { Erasure } from "../../../server/modules/identity/persons/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import type { Column } from "../../ui/PagedTable.tsx";
import { PlainTable } from "../../ui/PlainTable.tsx";

const WORDS = ZH.persons.erase;

type Erased = Erasure["erased"][number];
type Kept = Erasure["kept"][number];

const ERASED_COLUMNS: readonly Column<Erased>[] = [
  { title: WORDS.columns.what, role: "head", cell: ({ what }) => what },
  { title: WORDS.columns.rows, class: "amount", cell: ({ rows }) => String(rows) },
];

const KEPT_COLUMNS: readonly Column<Kept>[] = [
  { title: WORDS.columns.what, role: "head", cell: ({ what }) => what },
  { title: WORDS.columns.rows, class: "amount", cell: ({ rows }) => String(rows) },
  { title: WORDS.columns.why, cell: ({ why }) => why },
];

/** What went and what stays, as the platform counted it. */
export function ErasureReport({ erasure }: { readonly erasure: Erasure }): JSX.Element {
  return (
    <div class="stack" data-testid="erasure">
      <p role="status">{WORDS.doneLead}</p>
      <PlainTable
        title={WORDS.erased}
        columns={ERASED_COLUMNS}
        rows={erasure.erased}
        rowKey={({ what }) => what}
        none={WORDS.nothingErased}
        testId="erased-table"
      />
      <PlainTable
        title={WORDS.kept}
        columns={KEPT_COLUMNS}
        rows={erasure.kept}
        rowKey={({ what }) => what}
        none={WORDS.nothingKept}
        testId="kept-table"
      />
    </div>
  );
}
