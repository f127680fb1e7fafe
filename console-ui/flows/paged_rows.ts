import { type PagedList, pagedList } from "./paged_list.ts";

const PAGE_ROWS = 20;

/** Rows that are all here already, page by page. */
export function pagedRows<Row>(rows: readonly Row[]): PagedList<Row> {
  const list = pagedList<Row>((after) => {
    const start = Number(after ?? 0);
    const end = start + PAGE_ROWS;
    const page = { rows: rows.slice(start, end), next: end < rows.length ? String(end) : null };
    return Promise.resolve({ ok: true, value: page });
  });
  void list.reload();
  return list;
}
