import { Sm3 } from "../../../../../crypto/sm3.ts";
import { DomainError } from "../../../../platform/errors.ts";
import { letQueryOut } from "../../../../platform/pause.ts";
import { Rubbish } from "../../../../platform/rubbish.ts";
import type { EventQuery } from "../event_query.ts";
import type { ReadableStreams } from "../readable_streams.ts";
import { selectEvents } from "../store.ts";
import { type Cell, cellsOf } from "./columns.ts";
import { csvFile } from "./csv_file.ts";
import { exportedEvent } from "./exported_event.ts";
import { type Exporter, type ExportsDeps, getExport } from "./start_export.ts";
import { beginExport, endExport, type ExportRow, moveExport } from "./store.ts";
import { xlsxFile } from "./xlsx_file.ts";

/** Few enough that what a page leaves behind stays small. */
const PAGE_ROWS = 200;
/** Progress is written down so often, and a cancel found out. */
const PAGES_A_MOVE = 25;

export interface ExportFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: ReadableStream<Uint8Array<ArrayBuffer>>;
}

interface Export {
  readonly row: ExportRow;
  readonly exporter: Exporter;
  readonly streams: ReadableStreams;
}

/**
 * The file of an export, made while it is fetched and kept nowhere, so that it takes no disk and
 * any process may serve it. `streams`: what its reader may see now. Whoever breaks off, reader,
 * `cancel` or a failure, leaves the event that ends it.
 */
export async function streamExport(
  deps: ExportsDeps,
  { id, exporter, streams }: Omit<Export, "row"> & { readonly id: string },
): Promise<ExportFile> {
  const key = { id, accountId: exporter.accountId };
  const row = await getExport(deps, key);
  const isOurs = await deps.db.transaction().execute((tx) =>
    beginExport(tx, key, deps.clock.now())
  );
  if (!isOurs) throw new DomainError("audit.export_over", `Cannot fetch export "${id}" (again)`);
  return {
    name: `audit_${row.from_at.toISOString().slice(0, 10)}_${
      row.to_at.toISOString().slice(0, 10)
    }.${row.form}`,
    type: TYPES[row.form],
    bytes: ReadableStream.from(bytesOf(deps, { row, exporter, streams })),
  };
}

const TYPES = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
} as const;

const FILES = { csv: csvFile, xlsx: xlsxFile } as const;

interface Progress {
  rows: number;
}

class Cancelled extends Error {}

async function* bytesOf(
  deps: ExportsDeps,
  asked: Export,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const digest = new Sm3();
  const progress: Progress = { rows: 0 };
  // A reader that goes away ends this function at a yield: nothing below runs but `finally`.
  let end: { readonly state: "done" | "cancelled" | "failed"; readonly digest: Uint8Array | null } =
    {
      state: "cancelled",
      digest: null,
    };
  try {
    for await (const chunk of FILES[asked.row.form](pagesOf(deps, asked, progress))) {
      digest.update(chunk);
      yield chunk;
    }
    end = { state: "done", digest: digest.digest() };
  } catch (thrown) {
    if (!(thrown instanceof Cancelled)) end = { state: "failed", digest: null };
    throw thrown;
  } finally {
    await finish(deps, asked, { rows: progress.rows, ...end });
  }
}

/** The next page is read while the one before it goes into the file. */
async function* pagesOf(
  deps: ExportsDeps,
  { row, streams }: Export,
  progress: Progress,
): AsyncGenerator<readonly (readonly Cell[])[]> {
  const query = queryFrom(row);
  const names = new Map<string, string>();
  const rubbish = new Rubbish();
  const read = (before: string | null) => {
    const page = selectEvents(deps.db, { query, streams, before, limit: PAGE_ROWS });
    // Told to whoever comes to this page, which may be later.
    page.catch(() => {});
    return page;
  };
  let reading = read(null);
  try {
    for (let pages = 1;; pages++) {
      const rows: Awaited<typeof reading> = await reading;
      const last = rows.length < PAGE_ROWS ? undefined : rows.at(-1);
      if (last) reading = read(last.id);
      await letQueryOut();
      await addNames(deps, names, rows);
      yield rows.map((event) => cellsOf(event, names));
      progress.rows += rows.length;
      if (!last) return;
      rubbish.collect();
      if (pages % PAGES_A_MOVE === 0) await move(deps, row, { progress, reached: last.at });
    }
  } finally {
    // Whoever stops early must not leave a query behind.
    await reading.catch(() => {});
  }
}

async function addNames(
  { organisationNames }: ExportsDeps,
  names: Map<string, string>,
  rows: readonly { readonly stream_id: string }[],
): Promise<void> {
  const unnamed = [...new Set(rows.map((event) => event.stream_id))].filter((id) => !names.has(id));
  if (unnamed.length === 0) return;
  for (const [id, name] of await organisationNames(unnamed)) names.set(id, name);
}

async function move(
  { db, clock }: ExportsDeps,
  { id }: ExportRow,
  { progress, reached }: { readonly progress: Progress; readonly reached: Date },
): Promise<void> {
  const change = {
    row_count: BigInt(progress.rows),
    reached_at: reached,
    changed_at: clock.now(),
  };
  const goesOn = await db.transaction().execute((tx) => moveExport(tx, id, change));
  if (!goesOn) throw new Cancelled(`Export "${id}" was cancelled`);
}

async function finish(
  { db, clock, audit }: ExportsDeps,
  { row, exporter }: Export,
  { state, rows, digest }: {
    readonly state: "done" | "cancelled" | "failed";
    readonly rows: number;
    readonly digest: Uint8Array | null;
  },
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const change = { state, row_count: BigInt(rows), digest, changed_at: clock.now() };
    const ended = await endExport(tx, { id: row.id, from: ["running"] }, change);
    if (ended) await audit.record(tx, exporter.actor, [exportedEvent(ended)]);
  });
}

/** As `startExport` wrote it. */
function queryFrom({ query, from_at, to_at }: ExportRow): EventQuery {
  return { ...JSON.parse(query), from: from_at, to: to_at };
}
