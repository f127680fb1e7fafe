import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { deleteOldFailures } from "./lockout/store.ts";
import { deleteOldSessions } from "./sessions/store.ts";
import { deleteOldAttempts } from "./store.ts";
import type { SignInTables } from "./tables.ts";

const DAY_MS = 86_400_000;
/** The audit trail keeps what happened; these rows are of use to nobody. */
const SESSION_DAYS = 30;

/** Deletes what is over: attempts, failures a day old, sessions a month old. */
export async function deleteOverSignIns(
  { db, clock }: { readonly db: Kysely<SignInTables>; readonly clock: Clock },
): Promise<void> {
  const now = clock.now();
  await db.transaction().execute(async (tx) => {
    await deleteOldAttempts(tx, now);
    await deleteOldFailures(tx, new Date(now.getTime() - DAY_MS));
    await deleteOldSessions(tx, new Date(now.getTime() - SESSION_DAYS * DAY_MS));
  });
}
