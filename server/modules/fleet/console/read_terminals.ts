import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import { type Caller, scopeOf } from "../../access/caller.ts";
import { getOrganisationIn } from "../../access/organisations/find_in_scope.ts";
import { cutPage, literalLike } from "../../access/page.ts";
import type { Permission } from "../../access/permission.ts";
import type { Scope } from "../../access/scope.ts";
import type { AccessTables } from "../../access/tables.ts";
import { listDevices, listKeysOf } from "../health/store.ts";
import { fingerprintOf } from "../line/line_keys.ts";
import { listReleaseEvents } from "../releases/store.ts";
import type { FleetDb, FleetTables } from "../tables.ts";
import type {
  EnrolmentsReply,
  TerminalDetail,
  TerminalEventsPage,
  TerminalItem,
  TerminalReleasesPage,
  TerminalsQuery,
  TerminalsReply,
} from "./contract.ts";
import {
  findTerminalIn,
  listEventsOfTerminal,
  listKeysOfTerminal,
  listTerminalsIn,
  listWaitingIn,
  type TerminalInScope,
} from "./store.ts";

export interface ReadTerminalsDeps {
  readonly db: Kysely<FleetDb & AccessTables>;
  readonly clock: Clock;
}

/** Terminals keep their events for two months here; older ones are in the journal's archive. */
const EVENTS_MS_MAX = 62 * 24 * 3_600_000;
const ENROLMENTS_MAX = 200;

export async function readTerminals(
  { db }: ReadTerminalsDeps,
  caller: Caller,
  { state, release, organisationId, number, after, limit }: TerminalsQuery,
): Promise<TerminalsReply> {
  const scope = await scopeWithin(db, { caller, organisationId });
  const rows = await listTerminalsIn(db, {
    scope,
    state,
    release,
    number: number && literalLike(number),
    after: after ?? "",
    limit: limit + 1,
  });
  const { page, next } = cutPage(rows, { limit, keyOf: (row) => row.number });
  const keys = await listKeysOf(db, page.map(({ id }) => id));
  const terminals = page.map((row) =>
    itemOf(row, keys.filter(({ terminal_id }) => terminal_id === row.id))
  );
  return { terminals, next };
}

export async function readTerminal(
  { db }: ReadTerminalsDeps,
  caller: Caller,
  id: string,
): Promise<TerminalDetail> {
  const row = await getTerminalIn(db, { id, caller, permission: "terminal.read" });
  const [devices, keys] = [await listDevices(db, id), await listKeysOfTerminal(db, id)];
  return {
    ...itemOf(row, keys),
    devices: devices.map(({ device, state, detail, changed_at }) => ({
      device,
      state,
      detail,
      changedAt: changed_at.toISOString(),
    })),
    startedAt: row.started_at?.toISOString() ?? null,
    unsentEntries: numberOrNull(row.unsent_entries),
    openOrders: numberOrNull(row.open_orders),
    diskFreeBytes: numberOrNull(row.disk_free_bytes),
    keys: keys.map((key) => ({
      id: key.id,
      fingerprint: fingerprintOf(key.sign_key),
      enrolledAt: key.enrolled_at.toISOString(),
      approvedBy: key.approved_by,
      endedAt: key.ended_at?.toISOString() ?? null,
      endedWhy: key.ended_why,
    })),
  };
}

export async function readTerminalEvents(
  { db, clock }: ReadTerminalsDeps,
  caller: Caller,
  { id, before, limit }: {
    readonly id: string;
    readonly before: string | undefined;
    readonly limit: number;
  },
): Promise<TerminalEventsPage> {
  await getTerminalIn(db, { id, caller, permission: "terminal.read" });
  const since = new Date(clock.now().getTime() - EVENTS_MS_MAX);
  const wanted = { terminalId: id, since, before, limit: limit + 1 };
  const rows = await listEventsOfTerminal(db, wanted);
  const { page, next } = cutPage(rows, { limit, keyOf: (row) => row.id });
  return {
    events: page.map((event) => ({
      id: event.id,
      at: event.happened_at.toISOString(),
      source: event.source,
      kind: event.kind,
      severity: event.severity,
      fields: JSON.parse(event.fields),
      actor: event.actor,
    })),
    next,
  };
}

export async function readTerminalReleases(
  { db }: ReadTerminalsDeps,
  caller: Caller,
  { id, before, limit }: {
    readonly id: string;
    readonly before: string | undefined;
    readonly limit: number;
  },
): Promise<TerminalReleasesPage> {
  await getTerminalIn(db, { id, caller, permission: "terminal.read" });
  const rows = await listReleaseEvents(db, { terminalId: id, before, limit: limit + 1 });
  const { page, next } = cutPage(rows, { limit, keyOf: (row) => row.id });
  return {
    releases: page.map(({ id, happened_at, received_at, outcome, version, now, reason }) => ({
      id,
      at: happened_at.toISOString(),
      receivedAt: received_at.toISOString(),
      outcome,
      version,
      now,
      reason,
    })),
    next,
  };
}

export async function readEnrolments(
  { db, clock }: ReadTerminalsDeps,
  caller: Caller,
): Promise<EnrolmentsReply> {
  const scope = scopeOf(caller, "terminal.approve");
  const rows = await listWaitingIn(db, { scope, now: clock.now(), limit: ENROLMENTS_MAX });
  return {
    enrolments: rows.map((row) => ({
      id: row.id,
      terminalNumber: row.terminal_number,
      institutionName: row.institution_name,
      requestedAt: row.requested_at.toISOString(),
      expiresAt: row.expires_at.toISOString(),
      signFingerprint: fingerprintOf(row.sign_key),
    })),
  };
}

/** Throws DomainError `fleet.not_found`, for terminals of other places too. */
export async function getTerminalIn(
  db: ReadTerminalsDeps["db"],
  { id, caller, permission }: {
    readonly id: string;
    readonly caller: Caller;
    readonly permission: Permission;
  },
): Promise<TerminalInScope> {
  const row = await findTerminalIn(db, { id, scope: scopeOf(caller, permission) });
  if (row) return row;
  throw new DomainError("fleet.not_found", `Cannot find terminal "${id}"`);
}

async function scopeWithin(
  db: ReadTerminalsDeps["db"],
  { caller, organisationId }: {
    readonly caller: Caller;
    readonly organisationId: string | undefined;
  },
): Promise<Scope> {
  const scope = scopeOf(caller, "terminal.read");
  if (organisationId === undefined) return scope;
  const { path } = await getOrganisationIn(db, { id: organisationId, scope });
  return { paths: [path] };
}

type KeyFacts = Pick<FleetTables["terminal_key"], "sign_key" | "ended_why">;

/** `keys`: the newest first. */
function itemOf(row: TerminalInScope, keys: readonly KeyFacts[]): TerminalItem {
  const key = keys.find(({ ended_why }) => ended_why === null) ?? keys[0];
  return {
    id: row.id,
    number: row.number,
    institutionId: row.institution_id,
    institutionName: row.institution_name,
    institutionCode: row.institution_code,
    state: row.state,
    line: key ? key.ended_why ?? "enrolled" : "none",
    fingerprint: key ? fingerprintOf(key.sign_key) : null,
    lastSeenAt: row.received_at?.toISOString() ?? null,
    version: row.version,
    release: releaseOf(row),
  };
}

function releaseOf(
  { release_outcome: outcome, release_version: version, release_at: at }: TerminalInScope,
): TerminalItem["release"] {
  if (outcome === null || version === null || at === null) return null;
  return { outcome, version, at: at.toISOString() };
}

function numberOrNull(value: bigint | null): number | null {
  return value === null ? null : Number(value);
}
