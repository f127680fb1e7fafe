import { DomainError } from "../../../platform/errors.ts";
import { AUDIT_EVENTS } from "../catalogue.ts";
import { type AuditEventId, type AuditEventKind, isAuditEventId } from "../event.ts";
import { type AuditFilter, SEARCH_DAYS_MAX } from "./contract.ts";

/** A filter as the store asks by it: always within bounds of time, so that partitions are pruned. */
export interface EventQuery {
  readonly from: Date;
  /** Not within. */
  readonly to: Date;
  /** Of any kind when null; of none when empty. */
  readonly kinds: readonly AuditEventId[] | null;
  readonly result: AuditFilter["result"];
  readonly actorKind: AuditFilter["actorKind"];
  readonly actorId: string | undefined;
  readonly terminalId: string | undefined;
  readonly orderId: string | undefined;
  readonly objectId: string | undefined;
  readonly patientId: string | undefined;
  readonly text: string | undefined;
}

const DAY_MS = 24 * 3_600_000;
const DAYS_DEFAULT = 7;

/** `patientId`: what the filter's ID number was found to be. Throws DomainError `audit.malformed`. */
export function queryOf(
  filter: AuditFilter,
  { now, patientId }: { readonly now: Date; readonly patientId: string | undefined },
): EventQuery {
  const { result, actorKind, actorId, terminalId, orderId, objectId, text } = filter;
  const places = { actorId, terminalId, orderId, objectId };
  return {
    ...rangeOf(filter, now),
    kinds: kindsOf(filter),
    result,
    actorKind,
    ...places,
    patientId,
    text,
  };
}

/** What is kept of a filter: as it was given, without the ID number. */
export function filterText({ patientIdNumber, ...filter }: AuditFilter): string {
  return JSON.stringify({
    ...filter,
    ...(patientIdNumber !== undefined && { patient: "id_number" }),
  });
}

function rangeOf({ from, to }: AuditFilter, now: Date): { readonly from: Date; readonly to: Date } {
  const end = to === undefined ? new Date(now.getTime() + 1) : new Date(to);
  const start = from === undefined
    ? new Date(end.getTime() - DAYS_DEFAULT * DAY_MS)
    : new Date(from);
  if (start < end && end.getTime() - start.getTime() <= SEARCH_DAYS_MAX * DAY_MS) {
    return { from: start, to: end };
  }
  throw new DomainError(
    "audit.malformed",
    `Cannot search: expected "from" before "to", at most ${SEARCH_DAYS_MAX} days apart`,
  );
}

function kindsOf({ kinds, module, severity }: AuditFilter): readonly AuditEventId[] | null {
  if (kinds === undefined && module === undefined && severity === undefined) return null;
  const asked = kinds ?? Object.keys(AUDIT_EVENTS);
  return asked.filter(isAuditEventId).filter((id) => {
    const known: AuditEventKind = AUDIT_EVENTS[id];
    return (module === undefined || id.startsWith(`${module}.`)) &&
      (severity === undefined || known.severity === severity);
  });
}
