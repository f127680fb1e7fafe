import { DomainError } from "../../platform/errors.ts";
import { timeOfId } from "../../platform/ids.ts";
import type { Outcome } from "../../platform/outcome.ts";
import type { CreateProfileBody, IdentifyReply, InsuranceView } from "./contract.ts";
import { getOwnRow, openPatient, openReply } from "./find_identification.ts";
import { lockPatient } from "./hold_patient.ts";
import type { AtTerminal, IdentifyDeps } from "./identify.ts";
import { type Certificate, type Person, viewOf } from "./person.ts";
import { setHisRecord, setPhone } from "./store.ts";

export interface CreateProfileDeps
  extends Pick<IdentifyDeps, "db" | "clock" | "sealer" | "audit" | "actor"> {
  /** Idempotent by the identification's id. */
  readonly createHisRecord: (
    requestId: string,
    person: Person,
  ) => Promise<Outcome<{ hisPatientId: string }>>;
  readonly checkCoverage: (check: {
    readonly identificationId: string;
    readonly certificate: Certificate;
    readonly person: { readonly name: string; readonly idNumber: string };
  }) => Promise<InsuranceView>;
}

/** Makes a real-name record in HIS (R-IDN-04): name and number from the ID card, phone typed. */
export async function createProfile(
  deps: CreateProfileDeps,
  { id, body, where }: { id: string; body: CreateProfileBody; where: AtTerminal },
): Promise<IdentifyReply> {
  const row = await getOwnRow(deps, id, where);
  if (row.his_patient_id !== null) {
    return await openReply(deps.sealer, row);
  }
  if (!row.can_create) {
    throw new DomainError("identity.id_card_needed", "Cannot make a record: no ID card was read");
  }
  const known = await openPatient(deps, row.patient_id);
  if (!known) throw new DomainError("identity.not_found", `Cannot find identification "${id}"`);
  const person = { ...known, phone: body.phone };
  const made = await deps.createHisRecord(id, person);
  if (made.kind === "refused") {
    throw new DomainError("identity.his_refused", `HIS makes no record: ${made.code}`);
  }
  if (made.kind !== "done") {
    throw new DomainError("identity.his_unavailable", "HIS does not answer", { retry: "safe" });
  }
  const certificate = { type: "02", number: person.idNumber, cardIdentifier: null } as const;
  const insurance = await deps.checkCoverage({ identificationId: id, certificate, person });
  const reply: IdentifyReply = {
    kind: "known",
    id,
    patient: viewOf(person, deps.clock.now()),
    insurance,
  };
  const phone = {
    phone_sealed: await deps.sealer.seal("patient.phone", body.phone),
    phone_index: await deps.sealer.index("phone", body.phone),
  };
  const reply_sealed = await deps.sealer.seal("identification.reply", JSON.stringify(reply));
  await deps.db.transaction().execute(async (tx) => {
    await lockPatient(tx, row.patient_id);
    await setPhone(tx, row.patient_id, phone);
    const key = { id, at: timeOfId(id) };
    await setHisRecord(tx, key, { his_patient_id: made.value.hisPatientId, reply_sealed });
    await deps.audit.record(tx, deps.actor, [{
      kind: "identity.profile_created",
      result: "succeeded",
      objectId: row.patient_id,
      patientId: row.patient_id,
      fields: {},
    }]);
  });
  return reply;
}
