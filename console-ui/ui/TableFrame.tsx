import type { JSX } from "preact";
import type { Column } from "./PagedTable.tsx";

interface TableFrameProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
}

/** Rows under their titles; what is too wide is scrolled, by keys as well. */
export function TableFrame<Row>(props: TableFrameProps<Row>): JSX.Element {
  const { caption, columns, rows, rowKey } = props;
  return (
    <div class="table-frame" tabIndex={0} role="group" aria-label={caption}>
      <table class="table">
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, class: name }) => (
              <th key={title} scope="col" class={name}>{title}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} data-key={rowKey(row)}>
              {columns.map((column) => <Cell key={column.title} column={column} row={row} />)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell<Row>(
  { column, row }: { readonly column: Column<Row>; readonly row: Row },
): JSX.Element {
  return column.role === "head"
    ? <th scope="row" class={column.class}>{column.cell(row)}</th>
    : <td class={column.class}>{column.cell(row)}</td>;
}
