import type { TreeRow } from "./tree_rows.ts";

export type KeyAction = {
  readonly kind: "focus" | "act" | "open" | "close";
  readonly row: TreeRow;
};

/** What a key does in a tree (WAI-ARIA Authoring Practices, "Tree View"); null for any other. */
export function keyAction(rows: readonly TreeRow[], at: number, key: string): KeyAction | null {
  const row = rows[at];
  if (!row) return null;
  switch (key) {
    case "ArrowDown":
      return focusOn(rows[at + 1]);
    case "ArrowUp":
      return focusOn(rows[at - 1]);
    case "Home":
      return focusOn(rows[0]);
    case "End":
      return focusOn(rows[rows.length - 1]);
    case "ArrowRight":
      if (!isBranch(row)) return null;
      return row.open ? focusOn(rows[at + 1]) : { kind: "open", row };
    case "ArrowLeft":
      if (isBranch(row) && row.open) return { kind: "close", row };
      return focusOn(rows.slice(0, at).reverse().find(({ level }) => level < row.level));
    case "Enter":
    case " ":
      return { kind: "act", row };
    default:
      return key.length === 1 ? focusOn(startingWith(rows, at, key)) : null;
  }
}

function focusOn(row: TreeRow | undefined): KeyAction | null {
  return row ? { kind: "focus", row } : null;
}

function isBranch(row: TreeRow): row is TreeRow & { kind: "organisation"; open: boolean } {
  return row.kind === "organisation" && row.open !== null;
}

/** The next one, round the end, whose name or code begins so. */
function startingWith(rows: readonly TreeRow[], at: number, typed: string): TreeRow | undefined {
  const wanted = typed.toLowerCase();
  return [...rows.slice(at + 1), ...rows.slice(0, at)].find((row) =>
    row.kind === "organisation" &&
    [row.organisation.name, row.organisation.code].some((text) =>
      text.toLowerCase().startsWith(wanted)
    )
  );
}
