import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import type { Sealer } from "../../../platform/sealer.ts";
import { type Caller, requireScope } from "../../access/caller.ts";
import type { Scope } from "../../access/scope.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { openPerson } from "../find_identification.ts";
import { viewOf } from "../person.ts";
import type { PersonView, SearchBy, SearchPersonsBody } from "./contract.ts";
import {
  findPerson,
  findPersons,
  type PatientRow,
  type PersonDb,
  selectInstitutions,
  selectMedia,
} from "./store.ts";

export interface PersonsDeps {
  readonly db: Kysely<PersonDb & AuditTables>;
  readonly clock: Clock;
  readonly sealer: Sealer;
  readonly audit: AuditWriter;
}

/** Finds by the whole number only, and tells the trail that somebody looked, never for what. */
export async function searchPersons(
  deps: PersonsDeps,
  caller: Caller,
  { by, value }: SearchPersonsBody,
): Promise<PersonView[]> {
  const scope = requireScope(caller, "person.read");
  const index = await deps.sealer.index(INDEX_FIELDS[by], plainNumber(by, value));
  const rows = await findPersons(deps.db, { by, index, scope });
  const [only] = rows.length === 1 ? rows : [];
  await deps.db.transaction().execute((tx) =>
    deps.audit.record(tx, caller.actor, [{
      kind: "identity.person_searched",
      result: "succeeded",
      ...(only && { patientId: only.id }),
      fields: { by, found: rows.length },
    }])
  );
  const views = await Promise.all(rows.map((row) => personView(deps, row, scope)));
  return views.filter((view) => view !== null);
}

/** Throws DomainError `identity.not_found`, also for a person of other institutions. */
export async function getPerson(
  deps: PersonsDeps,
  caller: Caller,
  id: string,
): Promise<PersonView> {
  const scope = requireScope(caller, "person.read");
  const row = await findPerson(deps.db, id, scope);
  const view = row && await personView(deps, row, scope);
  if (!view) throw personNotFound(id);
  return view;
}

export function personNotFound(id: string): DomainError {
  return new DomainError("identity.not_found", `Cannot find person "${id}"`);
}

async function personView(
  deps: PersonsDeps,
  row: PatientRow,
  scope: Scope,
): Promise<PersonView | null> {
  const person = await openPerson(deps.sealer, row);
  if (!person) return null;
  const institutions = await selectInstitutions(deps.db, row.id, scope);
  const media = await selectMedia(deps.db, row.id);
  return {
    id: row.id,
    ...viewOf(person, deps.clock.now()),
    createdAt: row.created_at.toISOString(),
    institutions: institutions.map(({ id, name, since }) => ({
      id,
      name,
      since: since.toISOString(),
    })),
    media: media.map(({ kind, last_seen_at }) => ({
      kind,
      lastSeenAt: last_seen_at.toISOString(),
    })),
  };
}

/** The fields under which the numbers were indexed when they were kept. */
const INDEX_FIELDS: Readonly<Record<SearchBy, string>> = {
  id_number: "id_number",
  phone: "phone",
  card_number: "card_number",
  card_identifier: "social_security_card",
};

/** As people type it: with spaces and dashes, a phone with its country. */
function plainNumber(by: SearchBy, typed: string): string {
  const plain = typed.replace(/[\s-]/g, "");
  return by === "phone" ? plain.replace(/^(\+86|0086)/, "") : plain.toUpperCase();
}
