import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import type { Caller } from "../../access/caller.ts";
import type { AccessTables } from "../../access/tables.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";
import {
  PACK_PAGE_MAX,
  type PackClauses,
  packClausesSchema,
  type PackList,
  type PackView,
} from "../contract.ts";
import {
  cancelLive,
  findPackClauses,
  findPackRow,
  findPiece,
  listPackRows,
  type PackRow,
} from "../store.ts";
import type { ComplianceTables } from "../tables.ts";
import { packFailedEvent } from "./ended_event.ts";
import { packName, packView } from "./pack_view.ts";
import { requireWholeCity } from "./start_pack.ts";

export interface ReadPacksDeps {
  readonly db: Kysely<ComplianceTables & AccessTables>;
  readonly clock: Clock;
}

type Reader = Pick<Caller, "rights">;

/** Newest first. */
export async function listPacks(
  deps: ReadPacksDeps,
  caller: Reader,
  { before }: { readonly before: string | null },
): Promise<PackList> {
  await requireWholeCity(deps, caller);
  const rows = await listPackRows(deps.db, { before, limit: PACK_PAGE_MAX });
  const page = rows.slice(0, PACK_PAGE_MAX);
  return {
    packs: page.map(packView),
    next: rows.length > PACK_PAGE_MAX ? page.at(-1)?.id ?? null : null,
  };
}

/** Throws DomainError `compliance.not_found`. */
export async function readPack(
  deps: ReadPacksDeps,
  caller: Reader,
  id: string,
): Promise<PackView> {
  return packView(await getPack(deps, caller, id));
}

/** Throws DomainError `compliance.not_made` where nothing was judged. */
export async function readClauses(
  deps: ReadPacksDeps,
  caller: Reader,
  id: string,
): Promise<PackClauses> {
  const row = await getPack(deps, caller, id);
  const clauses = await findPackClauses(deps.db, id);
  if (clauses === null) {
    throw new DomainError("compliance.not_made", `Cannot show pack "${id}": it judged no clause`);
  }
  return packClausesSchema.parse({ pack: packView(row), clauses: JSON.parse(clauses) });
}

export interface CancelPackDeps extends ReadPacksDeps {
  readonly db: Kysely<ComplianceTables & AccessTables & AuditTables>;
  readonly audit: AuditWriter;
}

/** What has ended stays as it is. */
export async function cancelPack(
  deps: CancelPackDeps,
  caller: Pick<Caller, "actor" | "rights">,
  id: string,
): Promise<PackView> {
  await getPack(deps, caller, id);
  await deps.db.transaction().execute(async (tx) => {
    if (!await cancelLive(tx, id, deps.clock.now())) return;
    await deps.audit.record(tx, caller.actor, [packFailedEvent(id, "cancelled")]);
  });
  return packView(await getPack(deps, caller, id));
}

export interface PackFile {
  readonly name: string;
  readonly bytes: number;
  readonly content: ReadableStream<Uint8Array>;
}

/** Throws DomainError `compliance.not_made` where there is no file. */
export async function openPack(
  deps: ReadPacksDeps,
  caller: Reader,
  id: string,
): Promise<PackFile> {
  const row = await getPack(deps, caller, id);
  const isThere = row.state === "made" && row.expires_at && row.expires_at > deps.clock.now();
  if (!isThere) {
    throw new DomainError("compliance.not_made", `Cannot hand out pack "${id}": it has no file`);
  }
  return {
    name: packName(row),
    bytes: Number(row.file_bytes ?? 0n),
    content: ReadableStream.from(piecesOf(deps, id)),
  };
}

async function* piecesOf({ db }: ReadPacksDeps, packId: string): AsyncGenerator<Uint8Array> {
  for (let number = 0;; number++) {
    const bytes = await findPiece(db, { packId, number });
    if (bytes === null) return;
    yield bytes;
  }
}

async function getPack(deps: ReadPacksDeps, caller: Reader, id: string): Promise<PackRow> {
  await requireWholeCity(deps, caller);
  const row = await findPackRow(deps.db, id);
  if (row) return row;
  throw new DomainError("compliance.not_found", `Cannot find pack "${id}"`);
}
