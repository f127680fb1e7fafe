import type { Transaction } from "kysely";
import { timeOfId } from "../../../platform/ids.ts";
import type { Actor } from "../../audit/actor.ts";
import type { AuditEvent } from "../../audit/event.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { TerminalJournalEvent } from "../contract.ts";
import type { FleetDb, FleetTables } from "../tables.ts";
import type { TerminalCaller } from "../terminal_door.ts";
import { releaseOutcome } from "./release_outcome.ts";
import { findLastRelease, insertReleaseEvent, writeLastRelease } from "./store.ts";

export type KeptRelease = FleetTables["terminal_release_event"];

/**
 * Of a terminal's new events those that tell of releases: kept for as long as the terminal is, once
 * each, the last one as how it stands now (R-TOM-06). What changed a terminal's program, or was to, is in
 * the audit trail too.
 */
export async function keepReleases(
  { audit }: { readonly audit: AuditWriter },
  tx: Transaction<FleetDb>,
  { caller, events, now }: {
    readonly caller: TerminalCaller & { readonly actor: Actor };
    readonly events: readonly TerminalJournalEvent[];
    readonly now: Date;
  },
): Promise<readonly KeptRelease[]> {
  const { terminalId, actor } = caller;
  const told = events.flatMap((event) => rowOf(event, { terminalId, now }) ?? []);
  if (told.length === 0) return [];
  const kept: KeptRelease[] = [];
  let last = await findLastRelease(tx, terminalId);
  for (const row of told) {
    // Files that do not fit are told every day.
    if (row.outcome === "refused" && last && isSame(row, last)) continue;
    if (!await insertReleaseEvent(tx, row)) continue;
    kept.push(row);
    last = row;
  }
  if (!last || kept.length === 0) return [];
  await writeLastRelease(tx, { terminal_id: terminalId, event_id: last.id });
  await audit.record(tx, actor, kept.flatMap((row) => audited(row, actor)));
  return kept;
}

function rowOf(
  { id, kind, fields }: TerminalJournalEvent,
  { terminalId, now }: { readonly terminalId: string; readonly now: Date },
): KeptRelease | null {
  const outcome = releaseOutcome(kind);
  if (!outcome) return null;
  const { version = "", now: runs, reason = fields["troubles"] ?? "" } = fields;
  return {
    terminal_id: terminalId,
    id,
    outcome,
    version: lineOf(version),
    now: runs === undefined ? null : lineOf(runs),
    reason: lineOf(reason),
    happened_at: timeOfId(id),
    received_at: now,
  };
}

function isSame(left: KeptRelease, right: KeptRelease): boolean {
  return left.outcome === right.outcome && left.version === right.version &&
    left.reason === right.reason;
}

/** As a database keeps it and a screen shows it, whatever the terminal sent. */
function lineOf(value: string | number | boolean): string {
  return String(value).replaceAll(/\p{Cc}+/gu, " ").trim();
}

function audited(
  { outcome, terminal_id, version, now, reason }: KeptRelease,
  { organisationId }: Actor,
): AuditEvent[] {
  const about = { objectId: terminal_id, terminalId: terminal_id, organisationId } as const;
  switch (outcome) {
    case "staged":
    case "switched":
    case "trial_started":
      return [];
    case "committed":
      return [{
        kind: "fleet.release_committed",
        result: "succeeded",
        ...about,
        fields: { version },
      }];
    case "left":
      return [{
        kind: "fleet.release_left",
        result: "failed",
        ...about,
        fields: { version, now: now ?? "", reason },
      }];
    case "declined":
    case "refused":
      return [{
        kind: "fleet.release_refused",
        result: "refused",
        ...about,
        fields: { version, reason },
      }];
  }
}
