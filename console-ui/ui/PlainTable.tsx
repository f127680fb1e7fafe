import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { Column } from "./PagedTable.tsx";
import { TableFrame } from "./TableFrame.tsx";

interface PlainTableProps<Row> {
  readonly title: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Instead of a table without rows. */
  readonly none: string;
  readonly testId: string;
}

/** A few rows that came with the thing they belong to, under a title of their own. */
export function PlainTable<Row>(props: PlainTableProps<Row>): JSX.Element {
  const { title, rows, none, testId } = props;
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <div class="section-head">
        <h2 class="panel-title" id={id}>{title}</h2>
      </div>
      <div class="listing" data-testid={testId}>
        {rows.length === 0
          ? <p class="listing-none">{none}</p>
          : <TableFrame {...props} caption={title} />}
      </div>
    </section>
  );
}
