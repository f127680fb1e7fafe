import type { Kysely, QueryCreator } from "kysely";
import { inScope, type Scope } from "../../../access/scope.ts";
import type { AccessTables } from "../../../access/tables.ts";
import type { FleetTables } from "../../../fleet/tables.ts";
import type { IdentityTables } from "../../../identity/tables.ts";
import type { InsuranceTables } from "../../tables.ts";
import type { ConsentRow } from "../store.ts";
import type { ConsentState } from "./contract.ts";

export type ConsentDb = InsuranceTables & IdentityTables & AccessTables & FleetTables;

/** A consent with whom and where it names. */
export interface ConsentInScope extends ConsentRow {
  readonly institution_name: string;
  readonly terminal_number: string | null;
  readonly name_sealed: Uint8Array | null;
  readonly id_number_sealed: Uint8Array | null;
}

/** Newest first. */
export async function selectConsentsIn(
  db: Kysely<ConsentDb>,
  { scope, of, state, now, after, limit }: {
    readonly scope: Scope;
    /** Blind index of an ID number: the patient's or the relative's. */
    readonly of: Uint8Array | null;
    readonly state: ConsentState | undefined;
    readonly now: Date;
    readonly after: string | undefined;
    readonly limit: number;
  },
): Promise<ConsentInScope[]> {
  let query = consentsIn(db, scope);
  if (of !== null) {
    query = query.where((row) =>
      row.or([
        row("insurance_consent.relative_index", "=", of),
        row(
          "insurance_consent.patient_id",
          "in",
          row.selectFrom("patient as asked").select("asked.id").where(
            "asked.id_number_index",
            "=",
            of,
          ),
        ),
      ])
    );
  }
  if (state !== undefined) {
    query = query.where("withdrawn_at", state === "withdrawn" ? "is not" : "is", null);
  }
  if (state === "in_force") query = query.where("until_at", ">", now);
  if (state === "expired") query = query.where("until_at", "<=", now);
  if (after !== undefined) query = query.where("insurance_consent.id", "<", after);
  return await query.orderBy("insurance_consent.id", "desc").limit(limit).execute();
}

/** One of another place is as if it were not there. */
export async function findConsentIn(
  db: QueryCreator<ConsentDb>,
  id: string,
  scope: Scope,
): Promise<ConsentInScope | null> {
  const row = await consentsIn(db, scope).where("insurance_consent.id", "=", id)
    .executeTakeFirst();
  return row ?? null;
}

function consentsIn(db: QueryCreator<ConsentDb>, scope: Scope) {
  return db.selectFrom("insurance_consent")
    .innerJoin("organisation", (join) =>
      join.on((eb) =>
        eb(
          eb.cast<string>("organisation.id", "text"),
          "=",
          eb.ref("insurance_consent.institution_id"),
        )
      ))
    .innerJoin("patient", "patient.id", "insurance_consent.patient_id")
    .leftJoin("terminal", "terminal.id", "insurance_consent.terminal_id")
    .selectAll("insurance_consent")
    .select([
      "organisation.name as institution_name",
      "terminal.number as terminal_number",
      "patient.name_sealed",
      "patient.id_number_sealed",
    ])
    .where((eb) => inScope(eb, "organisation.path", scope));
}
