import type { ImportError } from "../imports/contract.ts";
import type { Organisation, OrganisationKind } from "../organisation.ts";
import { covers, type Scope } from "../scope.ts";
import { flaw, type OrganisationFile, type OrganisationLine } from "./organisation_file.ts";
import { differs, mayStandBelow } from "./organisation_rules.ts";

/** Of the tree: what the file's codes name, and the parents of those. */
export interface KnownTree {
  readonly byCode: ReadonlyMap<string, Organisation>;
  readonly byId: ReadonlyMap<string, Organisation>;
}

export interface ImportStep {
  readonly action: "created" | "changed" | "unchanged";
  readonly line: OrganisationLine;
  /** Null for one to be made. */
  readonly known: Organisation | null;
}

export interface ImportPlan {
  /** Parents before children. */
  readonly steps: readonly ImportStep[];
  readonly errors: readonly ImportError[];
}

const DEPTH: readonly OrganisationKind[] = ["city", "town", "centre", "station"];

interface Planning {
  readonly lines: ReadonlyMap<string, OrganisationLine>;
  readonly tree: KnownTree;
  /** Where the tree may be changed. */
  readonly scope: Scope;
}

/** What a file would do to the tree, or everything that is wrong with it. */
export function planImport(
  file: OrganisationFile,
  { tree, scope }: Pick<Planning, "tree" | "scope">,
): ImportPlan {
  const lines = new Map(file.lines.map((line) => [line.code, line]));
  const errors = [...file.errors];
  const steps = file.lines.map((line) => {
    const known = tree.byCode.get(line.code) ?? null;
    const planning = { lines, tree, scope };
    errors.push(...(known ? judgeKnown(line, known, planning) : judgeNew(line, planning)));
    return { action: actionOf(line, known), line, known };
  });
  return {
    steps: steps.toSorted((left, right) => depthOf(left) - depthOf(right)),
    errors: errors.toSorted((left, right) => left.line - right.line),
  };
}

function depthOf({ line }: ImportStep): number {
  return DEPTH.indexOf(line.kind);
}

function actionOf(line: OrganisationLine, known: Organisation | null): ImportStep["action"] {
  if (!known) return "created";
  return differs(known, { ...known, ...shownOf(line) }) ? "changed" : "unchanged";
}

/** What of a node a file can change. */
export function shownOf(
  { name, type, staffPhone }: OrganisationLine,
): Pick<Organisation, "name" | "type" | "staffPhone"> {
  return { name, type, staffPhone };
}

function judgeKnown(
  line: OrganisationLine,
  known: Organisation,
  { tree, scope }: Planning,
): ImportError[] {
  const { line: at, code, parentCode } = line;
  // One elsewhere in the tree: that it is there is all that is told.
  if (!covers(scope, known.path)) return [flaw(at, "code", { code: "taken_code", value: code })];
  const errors: ImportError[] = [];
  if (known.kind !== line.kind) {
    errors.push(flaw(at, "kind", { code: "changed_kind", value: line.kind }));
  }
  const parent = known.parentId === null ? null : tree.byId.get(known.parentId);
  if ((parent?.code ?? null) !== parentCode) {
    errors.push(flaw(at, "parentCode", { code: "moved", value: parentCode }));
  }
  const mayChange = covers(scope, parent?.path ?? known.path);
  if (!mayChange && actionOf(line, known) === "changed") {
    errors.push(flaw(at, "code", { code: "forbidden", value: code }));
  }
  return errors;
}

function judgeNew(line: OrganisationLine, planning: Planning): ImportError[] {
  const { line: at, code, kind, parentCode } = line;
  if (kind === "city") return [flaw(at, "code", { code: "missing_city", value: code })];
  if (parentCode === null) return [flaw(at, "parentCode", { code: "missing", value: null })];
  if (isInCycle(line, planning)) return [flaw(at, "parentCode", { code: "cycle", value: null })];
  const parent = findParent(parentCode, planning);
  if (!parent) return [flaw(at, "parentCode", { code: "missing_parent", value: parentCode })];
  if (mayStandBelow(kind, parent.kind)) return [];
  return [flaw(at, "parentCode", { code: "wrong_parent", value: parentCode })];
}

function findParent(
  code: string,
  { lines, tree, scope }: Planning,
): { readonly kind: OrganisationKind } | null {
  const known = tree.byCode.get(code);
  if (known) return covers(scope, known.path) ? known : null;
  return lines.get(code) ?? null;
}

function isInCycle(line: OrganisationLine, { lines, tree }: Planning): boolean {
  const seen = new Set<string>();
  let above: OrganisationLine | undefined = line;
  while (above && !seen.has(above.code)) {
    seen.add(above.code);
    if (tree.byCode.has(above.code)) return false;
    above = above.parentCode === null ? undefined : lines.get(above.parentCode);
  }
  return above?.code === line.code;
}
