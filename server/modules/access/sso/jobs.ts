import type { SsoDeps } from "./sso_deps.ts";
import { deleteOldAttempts } from "./store.ts";

/** Kept a day, for whoever looks into something. */
const KEPT_MS = 86_400_000;

/** Their number. */
export async function sweepSsoAttempts(
  { db, clock }: Pick<SsoDeps, "db" | "clock">,
): Promise<number> {
  const before = new Date(clock.now().getTime() - KEPT_MS);
  return await db.transaction().execute((tx) => deleteOldAttempts(tx, before));
}
