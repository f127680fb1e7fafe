import type { HisClient } from "../../gateways/his/client.ts";
import type { InpatientAccount } from "../../gateways/his/wire/inpatient.ts";
import { DomainError } from "../../platform/errors.ts";
import type { InsuranceSite } from "../insurance/claim_visit.ts";

export interface FindAccountDeps {
  readonly his: Pick<HisClient, "findInpatientAccount">;
}

/** The patient's present or last stay; null where HIS knows of none. Without an answer he may ask again. */
export async function findAccount(
  { his }: FindAccountDeps,
  { site, hisPatientId }: { readonly site: InsuranceSite; readonly hisPatientId: string },
): Promise<InpatientAccount | null> {
  const asked = { institutionCode: site.code, patientId: hisPatientId };
  const outcome = await his.findInpatientAccount(asked);
  switch (outcome.kind) {
    case "done":
      return outcome.value;
    case "refused":
      throw new DomainError(
        "inpatient.his_refused",
        `Cannot show the stay: HIS said ${outcome.code}`,
        { retry: "ask_operator" },
      );
    case "not_sent":
    case "unknown":
      throw new DomainError(
        "inpatient.his_unavailable",
        `Cannot show the stay: ${outcome.reason}`,
        { retry: "safe" },
      );
  }
}
