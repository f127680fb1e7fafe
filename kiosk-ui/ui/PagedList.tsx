import type { JSX } from "preact";
import { pageOf, Pager, pagesOf } from "./Pager.tsx";

interface PagedListProps<Item> {
  readonly items: readonly Item[];
  readonly page: number;
  readonly perPage: number;
  readonly keyOf: (item: Item) => string;
  readonly draw: (item: Item) => JSX.Element | readonly JSX.Element[];
  readonly onTurn: (page: number) => void;
}

/** Cards below one another, as many as a hand can reach. */
export function PagedList<Item>(list: PagedListProps<Item>): JSX.Element {
  const { items, page, perPage, keyOf, draw, onTurn } = list;
  return (
    <>
      <ul class="bills">
        {pageOf(items, page, perPage).map((item) => (
          <li key={keyOf(item)} class="bill">{draw(item)}</li>
        ))}
      </ul>
      <Pager page={page} pages={pagesOf(items, perPage)} onTurn={onTurn} />
    </>
  );
}
