import type { Kysely, QueryCreator } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { newId } from "../../../platform/ids.ts";
import { listInstitutionsByCode } from "../../access/find_organisation.ts";
import type { ImportError, ImportReport } from "../../access/imports/contract.ts";
import {
  type ImportColumn,
  importError,
  type ImportRow,
  planDigest,
  readImportFile,
  requireShown,
} from "../../access/import_file.ts";
import type { Organisation } from "../../access/organisation.ts";
import { covers, type Scope } from "../../access/scope.ts";
import type { AccessTables } from "../../access/tables.ts";
import type { Actor } from "../../audit/actor.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import { registerTerminals } from "../register_terminals.ts";
import type { FleetDb, FleetTables } from "../tables.ts";
import type { Terminal } from "../terminal.ts";
import { listTerminalsByNumber } from "./store.ts";

const COLUMNS = {
  number: { heading: "终端编号", lengthMax: 16, required: true },
  code: { heading: "机构编码", lengthMax: 12, required: true },
} as const satisfies Readonly<Record<string, ImportColumn>>;

const NUMBER = /^[0-9A-Za-z-]{1,16}$/;

export interface ImportTerminalsDeps {
  readonly db: Kysely<FleetDb & AccessTables>;
  readonly clock: Clock;
  readonly audit: AuditWriter;
}

export interface TerminalImport {
  readonly bytes: Uint8Array;
  /** Where terminals may be registered. */
  readonly scope: Scope;
}

/** What the import would do, with everything that is wrong; changes nothing. */
export async function checkTerminalImport(
  { db }: Pick<ImportTerminalsDeps, "db">,
  asked: TerminalImport,
): Promise<ImportReport> {
  return (await plan(db, asked)).report;
}

/** Registers what a check has shown, whole or not at all; throws `access.import_differs`. */
export async function importTerminals(
  deps: ImportTerminalsDeps,
  { shown, actor, ...asked }: TerminalImport & {
    readonly shown: Pick<ImportReport, "digest" | "plan">;
    readonly actor: Actor;
  },
): Promise<ImportReport> {
  return await deps.db.transaction().execute(async (tx) => {
    const { report, wanted } = await plan(tx, asked);
    requireShown(shown, report);
    const terminals = wanted.map(({ number, institutionId }): Terminal => ({
      id: newId(deps.clock.now()),
      number,
      institutionId,
      state: "active",
    }));
    if (terminals.length > 0) await registerTerminals(deps, tx, { terminals, actor });
    return report;
  });
}

type Wanted = Pick<Terminal, "number" | "institutionId">;
type Row = ImportRow<keyof typeof COLUMNS>;

async function plan(
  db: QueryCreator<FleetTables & AccessTables>,
  { bytes, scope }: TerminalImport,
): Promise<{ readonly report: ImportReport; readonly wanted: readonly Wanted[] }> {
  const file = readImportFile(bytes, COLUMNS);
  const institutions = await listInstitutionsByCode(db, cellsOf(file.rows, "code"));
  const known = await listTerminalsByNumber(db, cellsOf(file.rows, "number"));
  const errors = [...file.errors];
  const seen = new Set<string>();
  const wanted: Wanted[] = [];
  for (const { line, cells } of file.rows) {
    const institution = institutions.get(cells.code ?? "");
    const found = judge({ line, cells }, { institution, known, scope, seen });
    seen.add(cells.number ?? "");
    errors.push(...found);
    const isNew = cells.number !== null && !known.has(cells.number);
    if (cells.number !== null && institution && isNew && found.length === 0) {
      wanted.push({ number: cells.number, institutionId: institution.id });
    }
  }
  const report = {
    digest: file.digest,
    plan: planDigest(wanted.map(({ number, institutionId }) => [number, institutionId])),
    rows: file.rows.length,
    created: wanted.length,
    changed: 0,
    unchanged: errors.length === 0 ? file.rows.length - wanted.length : 0,
    errors: errors.toSorted((left, right) => left.line - right.line),
  };
  return { report, wanted };
}

function cellsOf(rows: readonly Row[], name: keyof typeof COLUMNS): string[] {
  return [...new Set(rows.flatMap(({ cells }) => cells[name] ?? []))];
}

function judge(
  { line, cells: { number, code } }: Row,
  { institution, known, scope, seen }: {
    readonly institution: Organisation | undefined;
    readonly known: ReadonlyMap<string, Terminal>;
    readonly scope: Scope;
    readonly seen: ReadonlySet<string>;
  },
): ImportError[] {
  const errors: ImportError[] = [];
  const flaw = (column: keyof typeof COLUMNS, reason: string, value: string) =>
    errors.push(importError({ line, column: COLUMNS[column].heading, code: reason, value }));
  if (number !== null && !NUMBER.test(number)) flaw("number", "bad_number", number);
  if (number !== null && seen.has(number)) flaw("number", "duplicate_number", number);
  const isHere = institution !== undefined && covers(scope, institution.path);
  if (code !== null && !isHere) flaw("code", "missing_institution", code);
  const terminal = known.get(number ?? "");
  const isMoved = terminal !== undefined && terminal.institutionId !== institution?.id;
  if (number !== null && isHere && isMoved) flaw("number", "moved_terminal", number);
  return errors;
}
