import { DomainError } from "../../platform/errors.ts";
import type { Outcome } from "../../platform/outcome.ts";

/** A read's value; without one the patient may ask again. */
export function listedByHis<Value>(outcome: Outcome<Value>, what: string): Value {
  switch (outcome.kind) {
    case "done":
      return outcome.value;
    case "refused":
      if (outcome.code === "unknown_schedule") {
        throw new DomainError("registration.unknown_schedule", `Cannot list ${what}: it is gone`);
      }
      throw new DomainError(
        "registration.his_refused",
        `Cannot list ${what}: HIS said ${outcome.code}`,
        { retry: "ask_operator" },
      );
    case "not_sent":
    case "unknown":
      throw new DomainError(
        "registration.his_unavailable",
        `Cannot list ${what}: ${outcome.reason}`,
        { retry: "safe" },
      );
  }
}
