import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { sentFields } from "../../ui/form_data.ts";
import { Button } from "../../ui/library.ts";
import type { OrganisationTree } from "./tree.ts";

const SEARCH_LENGTH_MAX = 50;

export function TreeSearch({ tree }: { readonly tree: OrganisationTree }): JSX.Element {
  const text = tree.search.value;
  return (
    <form
      class="tree-search"
      role="search"
      aria-label={ZH.tree.search}
      key={text}
      onSubmit={(event) => {
        event.stopPropagation();
        void tree.find(sentFields(event)["search"] ?? "");
      }}
    >
      <input
        type="search"
        name="search"
        class="rs-input"
        aria-label={ZH.tree.search}
        placeholder={ZH.tree.search}
        defaultValue={text}
        maxLength={SEARCH_LENGTH_MAX}
        data-testid="tree-search"
      />
      <Button type="submit">{ZH.action.search}</Button>
      {text !== "" && (
        <Button
          appearance="subtle"
          onClick={() => void tree.find("")}
          data-testid="tree-whole"
        >
          {ZH.tree.whole}
        </Button>
      )}
    </form>
  );
}
