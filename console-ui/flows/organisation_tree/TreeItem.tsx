import type { JSX } from "preact";
import { problemText } from "../../i18n/problems.ts";
import { ZH } from "../../i18n/zh.ts";
import { Name } from "../../ui/Name.tsx";
import type { TreeRow } from "./tree_rows.ts";

interface TreeItemProps {
  readonly row: TreeRow;
  readonly isStop: boolean;
  readonly isSelected: boolean;
  readonly onAct: () => void;
  readonly onToggle: (open: boolean) => void;
}

const LEVELS_MAX = 4;

export function TreeItem(props: TreeItemProps): JSX.Element {
  const { row, isStop, isSelected, onAct, onToggle } = props;
  const open = row.kind === "organisation" ? row.open : null;
  return (
    <li
      role="treeitem"
      class={`tree-item tree-level-${Math.min(row.level, LEVELS_MAX)} tree-${row.kind}`}
      tabIndex={isStop ? 0 : -1}
      aria-level={row.level}
      aria-selected={isSelected}
      aria-expanded={open ?? undefined}
      aria-posinset={row.kind === "organisation" ? row.position : undefined}
      aria-setsize={row.kind === "organisation" ? row.siblings : undefined}
      data-key={row.key}
      onClick={onAct}
    >
      <span
        class={open === null ? "tree-switch" : `tree-switch tree-${open ? "open" : "closed"}`}
        aria-hidden="true"
        onClick={(event) => {
          if (open === null) return;
          event.stopPropagation();
          onToggle(open);
        }}
      />
      <ItemText row={row} />
    </li>
  );
}

function ItemText({ row }: { readonly row: TreeRow }): JSX.Element {
  switch (row.kind) {
    case "organisation":
      return (
        <span class="tree-text">
          <Name>{row.organisation.name}</Name>
          {row.open === null && row.level === 1 && row.organisation.above.length > 0 && (
            <span class="tree-above">
              {row.organisation.above.map(({ name }) => name).join(" / ")}
            </span>
          )}
        </span>
      );
    case "loading":
      return <span class="tree-text soft">{ZH.state.loading}</span>;
    case "more":
      return <span class="tree-text tree-more">{ZH.tree.more}</span>;
    case "failed":
      return <span class="tree-text tree-more">{ZH.tree.again(problemText(row.refusal))}</span>;
  }
}
