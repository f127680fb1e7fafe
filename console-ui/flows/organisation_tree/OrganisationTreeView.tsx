import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { OrganisationView } from "../../../server/modules/access/organisations/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { FailedBox, LoadingBox, NothingBox } from "../../ui/StateBox.tsx";
import type { OrganisationTree } from "./tree.ts";
import { keyAction } from "./tree_keys.ts";
import type { TreeRow } from "./tree_rows.ts";
import { TreeItem } from "./TreeItem.tsx";

interface OrganisationTreeViewProps {
  readonly tree: OrganisationTree;
  readonly label: string;
  readonly selectedId: string | null;
  readonly onSelect: (organisation: OrganisationView) => void;
}

/** After the WAI-ARIA tree pattern: one stop for Tab, arrows inside, branches read when opened. */
export function OrganisationTreeView(props: OrganisationTreeViewProps): JSX.Element {
  const { tree, label, selectedId, onSelect } = props;
  const rows = tree.rows.value;
  const list = useRef<HTMLUListElement>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const [first] = rows;
  if (rows.length === 0) return <NothingBox title={ZH.tree.none} testId="tree-empty" />;
  if (rows.length === 1 && first?.kind === "loading") return <LoadingBox />;
  if (rows.length === 1 && first?.kind === "failed") {
    return <FailedBox refusal={first.refusal} onAgain={() => void tree.more(first.branch)} />;
  }
  const stop = stopOf(rows, [focused, selectedId]);

  function act(row: TreeRow): void {
    setFocused(row.key);
    if (row.kind === "organisation") onSelect(row.organisation);
    else if (row.kind !== "loading") void tree.more(row.branch);
  }

  function focusOn(key: string): void {
    setFocused(key);
    list.current?.querySelector<HTMLElement>(`[data-key="${key}"]`)?.focus();
  }

  function pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = rows.findIndex(({ key }) => key === stop);
    const action = keyAction(rows, at, event.key);
    if (!action) return;
    event.preventDefault();
    if (action.kind === "focus") focusOn(action.row.key);
    else if (action.kind === "act") act(action.row);
    else if (action.kind === "open") void tree.open(action.row.key);
    else tree.close(action.row.key);
  }

  return (
    <ul
      class="tree"
      role="tree"
      aria-label={label}
      ref={list}
      onKeyDown={pressed}
      data-testid="tree"
    >
      {rows.map((row) => (
        <TreeItem
          key={row.key}
          row={row}
          isStop={row.key === stop}
          isSelected={row.key === selectedId}
          onAct={() => act(row)}
          onToggle={(open) => open ? tree.close(row.key) : void tree.open(row.key)}
        />
      ))}
    </ul>
  );
}

/** The one that Tab comes to. */
function stopOf(
  rows: readonly TreeRow[],
  wanted: readonly (string | null)[],
): string | undefined {
  const found = wanted.find((key) => rows.some((row) => row.key === key));
  return found ?? rows[0]?.key;
}
