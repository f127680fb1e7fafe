import type { OrganisationView } from "../../../server/modules/access/organisations/contract.ts";
import type { Refusal } from "../../api/answer.ts";
import type { Branch, Branches } from "./tree.ts";

export type TreeRow =
  | {
    readonly kind: "organisation";
    readonly key: string;
    readonly organisation: OrganisationView;
    /** From 1 at the top. */
    readonly level: number;
    /** Null without anything below. */
    readonly open: boolean | null;
    /** From 1 among its siblings. */
    readonly position: number;
    /** -1 while nobody knows how many there are (WAI-ARIA 1.2, `aria-setsize`). */
    readonly siblings: number;
  }
  | {
    readonly kind: "loading" | "more";
    readonly key: string;
    readonly level: number;
    readonly branch: string;
  }
  | {
    readonly kind: "failed";
    readonly key: string;
    readonly level: number;
    readonly branch: string;
    readonly refusal: Refusal;
  };

/** City, town, centre, station; whatever is answered, drawing it ends. */
const LEVELS_MAX = 4;

/** What of the tree is to be seen, from top to bottom. */
export function rowsOf(
  branches: Branches,
  opened: ReadonlySet<string>,
  top: string,
): readonly TreeRow[] {
  function below(key: string, level: number): TreeRow[] {
    const branch = branches.get(key);
    if (!branch || level > LEVELS_MAX) return [];
    const siblings = branch.next === null ? branch.nodes.length : -1;
    return [
      ...branch.nodes.flatMap((organisation, at) => {
        const open = organisation.childCount > 0 && top === "" ? opened.has(organisation.id) : null;
        const row = { key: organisation.id, organisation, level, open, siblings };
        const node: TreeRow = { kind: "organisation", ...row, position: at + 1 };
        return [node, ...(open ? below(organisation.id, level + 1) : [])];
      }),
      ...endOf(branch, { branch: key, level }),
    ];
  }
  return below(top, 1);
}

function endOf(
  { busy, refusal, next }: Branch,
  at: { readonly branch: string; readonly level: number },
): TreeRow[] {
  const key = `end of ${at.branch}`;
  if (refusal) return [{ kind: "failed", key, ...at, refusal }];
  if (busy) return [{ kind: "loading", key, ...at }];
  return next === null ? [] : [{ kind: "more", key, ...at }];
}
