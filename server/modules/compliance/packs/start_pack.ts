import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import { type Caller, requireAt } from "../../access/caller.ts";
import { findCity } from "../../access/find_organisation.ts";
import type { AccessTables } from "../../access/tables.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";
import type { PackView, StartPackBody } from "../contract.ts";
import { readPeriod } from "../period.ts";
import { findPackRow, hasLivePack, insertPack, type PackRow } from "../store.ts";
import type { ComplianceTables } from "../tables.ts";
import { packView } from "./pack_view.ts";

export interface StartPackDeps {
  readonly db: Kysely<ComplianceTables & AuditTables & AccessTables>;
  readonly clock: Clock;
  readonly audit: AuditWriter;
}

/**
 * Puts a pack before the workers; the same id and content again is the same pack. Throws DomainError
 * `compliance.busy`, `compliance.period_malformed`, `compliance.id_taken`, `access.forbidden`.
 */
export async function startPack(
  deps: StartPackDeps,
  caller: Pick<Caller, "actor" | "rights">,
  body: StartPackBody,
): Promise<PackView> {
  const { db, clock, audit } = deps;
  const now = clock.now();
  await requireWholeCity(deps, caller);
  readPeriod(body, now);
  const known = await findPackRow(db, body.id);
  if (known) return packView(requireSame(known, body));
  const row = newRow(body, caller, now);
  return await db.transaction().execute(async (tx) => {
    if (await hasLivePack(tx)) {
      throw new DomainError("compliance.busy", "Cannot start a pack: another one is being made", {
        retry: "safe",
      });
    }
    if (!await insertPack(tx, row)) throw taken(body.id);
    const fields = { profile: body.profile, from: body.from, to: body.to };
    const kind = "compliance.pack_started";
    await audit.record(tx, caller.actor, [{ kind, result: "succeeded", objectId: row.id, fields }]);
    return packView(row);
  });
}

/** A pack is about the whole platform: part of the tree is not enough. */
export async function requireWholeCity(
  deps: { readonly db: Kysely<AccessTables> },
  caller: Pick<Caller, "rights">,
): Promise<void> {
  const city = await findCity(deps);
  requireAt(caller, { permission: "audit.export", path: city?.path ?? "/" });
}

function requireSame(row: PackRow, { id, profile, from, to }: StartPackBody): PackRow {
  if (row.profile === profile && row.period_from === from && row.period_to === to) return row;
  throw taken(id);
}

function taken(id: string): DomainError {
  return new DomainError("compliance.id_taken", `Cannot start pack "${id}": it is another one`);
}

function newRow(
  { id, profile, from, to }: StartPackBody,
  { actor }: Pick<Caller, "actor">,
  now: Date,
): PackRow {
  return {
    id,
    profile,
    period_from: from,
    period_to: to,
    state: "waiting",
    requested_by: JSON.stringify(actor),
    requested_at: now,
    seen_at: null,
    ended_at: null,
    expires_at: null,
    doing: "等待",
    done: 0,
    total: 0,
    events: 0n,
    file_bytes: null,
    file_digest: null,
    file_count: null,
    verdicts: null,
    why: null,
  };
}
