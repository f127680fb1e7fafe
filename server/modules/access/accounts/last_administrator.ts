import type { Transaction } from "kysely";
import { DomainError } from "../../../platform/errors.ts";
import type { Duty } from "../permission.ts";
import type { AccessTables } from "../tables.ts";
import { hasStanding, type Leaving, lockDuty } from "./store.ts";

/**
 * Each of the three duties keeps an administrator for good: a person's enabled account without an
 * end in time, that holds the built-in role at the city without an end in time. So none is lost by
 * the clock either. Call it before the account or grant is locked and changed; two at once wait for
 * each other here. Throws DomainError `access.last_administrator`.
 */
export async function requireAnotherAdministrator(
  tx: Transaction<AccessTables>,
  { duty, leaving }: { readonly duty: Duty; readonly leaving: Leaving },
): Promise<void> {
  if (duty === "business") return;
  await lockDuty(tx, duty);
  if (await hasStanding(tx, { duty, leaving, through: false })) return;
  if (!await hasStanding(tx, { duty, leaving, through: true })) return;
  throw new DomainError(
    "access.last_administrator",
    `Cannot take this away: nobody else is administrator of "${duty}" for good`,
    { detail: duty },
  );
}
