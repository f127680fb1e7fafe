import { DomainError } from "../../platform/errors.ts";
import type { IdentifyBody, InsuranceView } from "./contract.ts";
import { getOwnRow } from "./find_identification.ts";
import type { AtTerminal, IdentifyDeps } from "./identify.ts";
import { recognise } from "./recognise.ts";
import { findPatientById } from "./store.ts";

/**
 * The same person shows another medium, or a fresh code, in the same session: what insurance goes by
 * is replaced, order and identity stay (R-BIL-14, R-BIL-15). Throws DomainError
 * `identity.another_person`, `identity.not_recognised`, `identity.party_unavailable`.
 */
export async function presentAgain(
  deps: IdentifyDeps,
  { id, body, where }: {
    readonly id: string;
    readonly body: Pick<IdentifyBody, "credential" | "service">;
    readonly where: AtTerminal;
  },
): Promise<InsuranceView> {
  const visit = await getOwnRow(deps, id, where);
  const recognition = await recognise(deps, body, deps.clock.now());
  if (recognition.kind === "unavailable") {
    throw new DomainError("identity.party_unavailable", "Cannot read the medium: nobody answers");
  }
  if (recognition.kind !== "person") {
    throw new DomainError("identity.not_recognised", "Cannot go on: the medium is nobody's");
  }
  const { person } = recognition;
  const patient = await findPatientById(deps.db, visit.patient_id);
  const index = await deps.sealer.index("id_number", person.idNumber);
  if (!patient || !isEqual(patient.id_number_index, index)) {
    throw new DomainError("identity.another_person", "Cannot go on: it is another person's medium");
  }
  return await deps.checkCoverage({
    identificationId: id,
    certificate: person.certificate,
    person,
  });
}

function isEqual(left: Uint8Array | null, right: Uint8Array): boolean {
  return left !== null && left.length === right.length &&
    left.every((byte, at) => byte === right[at]);
}
