import type { ComponentChildren, JSX } from "preact";
import { ZH } from "../i18n/zh.ts";
import { sentFields } from "./form_data.ts";
import { Button } from "./library.ts";

interface FilterBarProps {
  readonly onSearch: (fields: Readonly<Record<string, string>>) => void;
  readonly children: ComponentChildren;
}

/** What a list is narrowed to; nothing is asked before it is sent. */
export function FilterBar({ onSearch, children }: FilterBarProps): JSX.Element {
  return (
    <form
      class="filters"
      role="search"
      onSubmit={(event) => onSearch(filled(sentFields(event)))}
      data-testid="filters"
    >
      {children}
      <div class="filters-actions">
        <Button type="submit" appearance="primary">{ZH.action.search}</Button>
        <Button appearance="subtle" onClick={() => onSearch({})}>{ZH.action.reset}</Button>
      </div>
    </form>
  );
}

function filled(fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
}
