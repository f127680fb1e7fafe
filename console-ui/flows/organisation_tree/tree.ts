import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { OrganisationView } from "../../../server/modules/access/organisations/contract.ts";
import type { Refusal } from "../../api/answer.ts";
import type { ConsolePort } from "../../api/port.ts";
import { rowsOf, type TreeRow } from "./tree_rows.ts";

/** Of the nodes that nobody seen stands above, and of what a search found. */
export const TOP = "";
const FOUND = "?";

export interface Branch {
  readonly nodes: readonly OrganisationView[];
  /** Where the next page begins; null on the last. */
  readonly next: string | null;
  readonly busy: boolean;
  readonly refusal: Refusal | null;
}

export type Branches = ReadonlyMap<string, Branch>;

export interface OrganisationTree {
  readonly rows: ReadonlySignal<readonly TreeRow[]>;
  /** What is searched for; empty shows the tree. */
  readonly search: ReadonlySignal<string>;
  start(): Promise<void>;
  open(id: string): Promise<void>;
  close(id: string): void;
  /** The next page of a branch, or the one that failed. */
  more(branch: string): Promise<void>;
  find(text: string): Promise<void>;
  /** Opens everything above it. */
  reveal(node: OrganisationView): Promise<void>;
  /** Reads a branch anew, as after a change in it. */
  refresh(branch: string): Promise<void>;
}

const EMPTY: Branch = { nodes: [], next: null, busy: false, refusal: null };

/** The tree as far as it was opened: branches are asked for when they are, page by page. */
export function organisationTree(port: ConsolePort): OrganisationTree {
  const branches = signal<Branches>(new Map());
  const opened = signal<ReadonlySet<string>>(new Set());
  const search = signal("");
  const lastAsked = new Map<string, number>();

  function put(key: string, branch: Branch): void {
    branches.value = new Map(branches.value).set(key, branch);
  }

  async function load(key: string, { anew }: { readonly anew: boolean }): Promise<void> {
    const asked = (lastAsked.get(key) ?? 0) + 1;
    lastAsked.set(key, asked);
    const before = anew ? EMPTY : branches.value.get(key) ?? EMPTY;
    put(key, { ...before, busy: true, refusal: null });
    const query = {
      ...(key === FOUND ? { search: search.value } : key !== TOP && { parentId: key }),
      ...(before.next !== null && { after: before.next }),
    };
    const answer = await port.call("GET /organisations", { query });
    if (lastAsked.get(key) !== asked) return;
    if (!answer.ok) return put(key, { ...before, refusal: answer.refusal });
    const { organisations, next } = answer.value;
    put(key, { ...EMPTY, nodes: [...before.nodes, ...organisations], next });
  }

  async function open(id: string): Promise<void> {
    opened.value = new Set(opened.value).add(id);
    if (!branches.value.has(id)) await load(id, { anew: true });
  }

  return {
    rows: computed(() =>
      search.value === ""
        ? rowsOf(branches.value, opened.value, TOP)
        : rowsOf(branches.value, new Set(), FOUND)
    ),
    search,
    async start(): Promise<void> {
      await load(TOP, { anew: true });
      const [only, ...others] = branches.value.get(TOP)?.nodes ?? [];
      if (only && others.length === 0 && only.childCount > 0) await open(only.id);
    },
    open,
    close(id: string): void {
      opened.value = new Set([...opened.value].filter((each) => each !== id));
    },
    more: (branch: string) => load(branch, { anew: false }),
    async find(text: string): Promise<void> {
      search.value = text.trim();
      if (search.value !== "") await load(FOUND, { anew: true });
    },
    async reveal({ above }: OrganisationView): Promise<void> {
      search.value = "";
      for (const { id } of above) await open(id);
    },
    refresh: (branch: string) => load(branch, { anew: true }),
  };
}
