import type { ComponentChildren, JSX } from "preact";
import type { PagedList } from "../flows/paged_list.ts";
import { ZH } from "../i18n/zh.ts";
import { Button } from "./library.ts";
import { RefusalNote } from "./RefusalNote.tsx";
import { FailedBox, LoadingBox, NothingBox } from "./StateBox.tsx";
import { TableFrame } from "./TableFrame.tsx";

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** `head`: names the row, as who listens is told. */
  readonly role?: "head";
  readonly class?: string;
}

interface PagedTableProps<Row> {
  readonly list: PagedList<Row>;
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  /** Instead of a table without rows. */
  readonly none?: string;
  readonly testId: string;
}

/** A list page by page: loading, nothing there, failed, or rows and the way to the next ones. */
export function PagedTable<Row>(props: PagedTableProps<Row>): JSX.Element {
  const { list, caption, columns, rowKey, none = ZH.page.none, testId } = props;
  const state = list.state.value;
  if (state.kind === "loading") return <LoadingBox />;
  if (state.kind === "failed") {
    return <FailedBox refusal={state.refusal} onAgain={() => void list.reload()} />;
  }
  const { page: { rows }, busy } = state;
  if (rows.length === 0 && state.number === 1) {
    return <NothingBox title={none} testId="nothing" />;
  }
  return (
    <section class="listing" data-testid={testId} aria-busy={busy}>
      <RefusalNote refusal={state.refusal} />
      <TableFrame caption={caption} columns={columns} rows={rows} rowKey={rowKey} />
      <Turns list={list} />
    </section>
  );
}

function Turns<Row>({ list }: { readonly list: PagedList<Row> }): JSX.Element | null {
  const state = list.state.value;
  if (state.kind !== "listed" || (state.number === 1 && state.page.next === null)) return null;
  return (
    <div class="turns">
      <Button
        disabled={state.busy || state.number === 1}
        onClick={() => void list.previous()}
        data-testid="previous-page"
      >
        {ZH.page.previous}
      </Button>
      <span class="turns-number" aria-live="polite">{ZH.page.number(state.number)}</span>
      <Button
        disabled={state.busy || state.page.next === null}
        onClick={() => void list.next()}
        data-testid="next-page"
      >
        {ZH.page.next}
      </Button>
    </div>
  );
}
