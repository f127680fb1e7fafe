import type { Transaction } from "kysely";
import { newId } from "../../platform/ids.ts";
import type { Sealer } from "../../platform/sealer.ts";
import type { Person } from "./person.ts";
import { holdPatientByIndex, insertPatient } from "./store.ts";
import type { IdentityTables } from "./tables.ts";

/** A person as it is stored. */
export interface SealedPerson {
  readonly name: Uint8Array;
  readonly idNumber: Uint8Array;
  readonly idNumberIndex: Uint8Array;
  readonly phone: Uint8Array | null;
  readonly phoneIndex: Uint8Array | null;
}

export async function sealPerson(
  sealer: Sealer,
  { name, idNumber, phone }: Person,
): Promise<SealedPerson> {
  return {
    name: await sealer.seal("patient.name", name),
    idNumber: await sealer.seal("patient.id_number", idNumber),
    idNumberIndex: await sealer.index("id_number", idNumber),
    phone: phone ? await sealer.seal("patient.phone", phone) : null,
    phoneIndex: phone ? await sealer.index("phone", phone) : null,
  };
}

/** The one patient of that number (R-IDN-11), made when he is new; held till the transaction ends. */
export async function keepPatient(
  tx: Transaction<IdentityTables>,
  person: SealedPerson,
  now: Date,
): Promise<string> {
  const known = await holdPatientByIndex(tx, person.idNumberIndex);
  if (known) return known.id;
  const id = newId(now);
  const isNew = await insertPatient(tx, {
    id,
    name_sealed: person.name,
    id_number_sealed: person.idNumber,
    id_number_index: person.idNumberIndex,
    phone_sealed: person.phone,
    phone_index: person.phoneIndex,
    created_at: now,
    erased_at: null,
  });
  if (isNew) return id;
  const other = await holdPatientByIndex(tx, person.idNumberIndex);
  if (!other) throw new Error("Cannot find the patient that another terminal just made");
  return other.id;
}
