import type { Kysely, QueryCreator, Transaction } from "kysely";
import type { RowKey } from "../../../platform/personal_data.ts";
import { inScope, type Scope } from "../../access/scope.ts";
import type { AccessTables } from "../../access/tables.ts";
import type { IdentityTables } from "../tables.ts";
import type { SearchBy } from "./contract.ts";

export type PersonDb = IdentityTables & AccessTables;
export type PatientRow = IdentityTables["patient"];

const PERSONS_MAX = 20;
/** One person's visits in all; more are a case for the maintainers. */
const IDENTIFICATIONS_MAX = 10_000;
const CARD = "social_security_card";

/** Those with this blind index that were identified somewhere in the scope. */
export async function findPersons(
  db: Kysely<PersonDb>,
  { by, index, scope }: {
    readonly by: SearchBy;
    readonly index: Uint8Array;
    readonly scope: Scope;
  },
): Promise<PatientRow[]> {
  const visible = visiblePersons(db, scope).orderBy("patient.id").limit(PERSONS_MAX);
  switch (by) {
    case "id_number":
      return await visible.where("patient.id_number_index", "=", index).execute();
    case "phone":
      return await visible.where("patient.phone_index", "=", index).execute();
    case "card_number":
    case "card_identifier": {
      const column = by === "card_number" ? "number_index" : "value_index";
      return await visible.where(
        "patient.id",
        "in",
        (eb) =>
          eb.selectFrom("patient_credential").select("patient_credential.patient_id")
            .where("kind", "=", CARD).where(column, "=", index),
      ).execute();
    }
  }
}

/** One of another institution is as if he were not there. */
export async function findPerson(
  db: Kysely<PersonDb>,
  id: string,
  scope: Scope,
): Promise<PatientRow | null> {
  const row = await visiblePersons(db, scope).where("patient.id", "=", id).executeTakeFirst();
  return row ?? null;
}

function visiblePersons(db: Kysely<PersonDb>, scope: Scope) {
  return db.selectFrom("patient").selectAll("patient")
    .where("patient.erased_at", "is", null)
    .where("patient.id", "in", (eb) =>
      eb.selectFrom("patient_institution")
        .innerJoin("organisation", "organisation.id", "patient_institution.institution_id")
        .select("patient_institution.patient_id")
        .whereRef("patient_institution.patient_id", "=", "patient.id")
        .where((of) => inScope(of, "organisation.path", scope)));
}

export async function selectInstitutions(
  db: Kysely<PersonDb>,
  patientId: string,
  scope: Scope,
): Promise<{ id: string; name: string; since: Date }[]> {
  return await db.selectFrom("patient_institution")
    .innerJoin("organisation", "organisation.id", "patient_institution.institution_id")
    .select(["organisation.id", "organisation.name", "patient_institution.since"])
    .where("patient_institution.patient_id", "=", patientId)
    .where((of) => inScope(of, "organisation.path", scope))
    .orderBy("patient_institution.since").limit(PERSONS_MAX).execute();
}

export async function selectMedia(
  db: QueryCreator<IdentityTables>,
  patientId: string,
): Promise<{ kind: string; last_seen_at: Date }[]> {
  return await db.selectFrom("patient_credential").select(["kind", "last_seen_at"])
    .where("patient_id", "=", patientId).orderBy("last_seen_at", "desc").limit(PERSONS_MAX)
    .execute();
}

export async function selectIdentifications(
  db: QueryCreator<IdentityTables>,
  patientId: string,
): Promise<(RowKey & { credential_kind: string; institution_id: string })[]> {
  return await db.selectFrom("identification")
    .select(["id", "at", "credential_kind", "institution_id"])
    .where("patient_id", "=", patientId).orderBy("id").limit(IDENTIFICATIONS_MAX).execute();
}

/** What names the person goes; the row stays, so that what was paid belongs to somebody. */
export async function eraseIdentity(
  tx: Transaction<IdentityTables>,
  patientId: string,
  now: Date,
): Promise<{ media: number; institutions: number; answers: number }> {
  await tx.updateTable("patient").set({
    name_sealed: null,
    id_number_sealed: null,
    id_number_index: null,
    phone_sealed: null,
    phone_index: null,
    erased_at: now,
  }).where("id", "=", patientId).execute();
  const media = await tx.deleteFrom("patient_credential").where("patient_id", "=", patientId)
    .executeTakeFirst();
  const institutions = await tx.deleteFrom("patient_institution")
    .where("patient_id", "=", patientId).executeTakeFirst();
  const answers = await tx.updateTable("identification")
    .set({ reply_sealed: null, request_index: null, his_patient_id: null })
    .where("patient_id", "=", patientId).executeTakeFirst();
  return {
    media: Number(media.numDeletedRows),
    institutions: Number(institutions.numDeletedRows),
    answers: Number(answers.numUpdatedRows),
  };
}

/** Answers given so long ago that nobody asks for them again; bounded by the partitions' time. */
export async function forgetAnswers(
  tx: Transaction<IdentityTables>,
  { from, before }: { readonly from: Date; readonly before: Date },
): Promise<number> {
  const result = await tx.updateTable("identification")
    .set({ reply_sealed: null, request_index: null })
    .where("at", ">=", from).where("at", "<", before).where("reply_sealed", "is not", null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}
