import { DomainError } from "../../../platform/errors.ts";
import type { RateClass, RateLimits } from "../../../platform/rate_limit.ts";
import { type Caller, requireScope } from "../../access/caller.ts";
import { openPerson } from "../find_identification.ts";
import type { RevealedPerson, RevealPersonBody } from "./contract.ts";
import { personNotFound, type PersonsDeps } from "./search_persons.ts";
import { findPerson } from "./store.ts";

export interface RevealPersonDeps extends PersonsDeps {
  readonly rateLimits: Pick<RateLimits, "take">;
}

/** Of one account: who needs more is not serving patients one by one. */
const REVEAL_RATE: RateClass = { name: "person_reveal", perMinute: 10 };

/**
 * Shows what was asked for in clear, and nothing else; the trail keeps who, whom, which fields and
 * why, never the values. Throws DomainError `identity.too_busy` and `identity.not_found`.
 */
export async function revealPerson(
  deps: RevealPersonDeps,
  caller: Caller,
  { id, body }: { readonly id: string; readonly body: RevealPersonBody },
): Promise<RevealedPerson> {
  const scope = requireScope(caller, "person.reveal");
  const rate = await deps.rateLimits.take(REVEAL_RATE, caller.accountId);
  if (!rate.isTaken) {
    throw new DomainError("identity.too_busy", "Cannot show this: too many were shown lately", {
      retry: "safe",
    });
  }
  const row = await findPerson(deps.db, id, scope);
  const person = row && await openPerson(deps.sealer, row);
  if (!person) throw personNotFound(id);
  await deps.db.transaction().execute((tx) =>
    deps.audit.record(tx, caller.actor, [{
      kind: "identity.person_revealed",
      result: "succeeded",
      objectId: id,
      patientId: id,
      fields: { fields: body.fields.toSorted().join(","), reason: body.reason },
    }])
  );
  return {
    ...(body.fields.includes("name") && { name: person.name }),
    ...(body.fields.includes("idNumber") && { idNumber: person.idNumber }),
    ...(body.fields.includes("phone") && { phone: person.phone }),
  };
}
