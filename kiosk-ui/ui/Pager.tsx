import type { JSX } from "preact";
import { ZH } from "../i18n/zh.ts";
import { Button } from "./Button.tsx";
import { BackPicture, ForwardPicture } from "./Pictograms.tsx";

interface PagerProps {
  readonly page: number;
  readonly pages: number;
  readonly onTurn: (page: number) => void;
}

export function Pager({ page, pages, onTurn }: PagerProps): JSX.Element | null {
  if (pages < 2) return null;
  return (
    <nav class="pager" data-testid="pager" aria-label={ZH.page(page + 1, pages)}>
      <Button
        testId="page-previous"
        picture={<BackPicture />}
        disabled={page === 0}
        onPress={() => onTurn(page - 1)}
      >
        {ZH.action.previousPage}
      </Button>
      <p>{ZH.page(page + 1, pages)}</p>
      <Button testId="page-next" disabled={page + 1 >= pages} onPress={() => onTurn(page + 1)}>
        {ZH.action.nextPage}
        <ForwardPicture />
      </Button>
    </nav>
  );
}

export function pageOf<Item>(
  items: readonly Item[],
  page: number,
  perPage: number,
): readonly Item[] {
  return items.slice(page * perPage, (page + 1) * perPage);
}

export function pagesOf(items: readonly unknown[], perPage: number): number {
  return Math.max(1, Math.ceil(items.length / perPage));
}
