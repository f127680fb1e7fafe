import type { Kysely } from "kysely";
import type { Clock } from "../../platform/clock.ts";
import { forgetAnswers } from "./persons/store.ts";
import type { IdentityTables } from "./tables.ts";

/** A terminal that lost an answer asks again within minutes; two days leave room for a night. */
const ANSWER_KEPT_MS = 48 * 3_600_000;
/** How far back one round looks: partitions before that were done by earlier rounds. */
const LOOK_BACK_MS = 62 * 24 * 3_600_000;

/** Forgets answers to identifications nobody asks for again (个人信息保护法 第十九条); how many. */
export async function forgetOldAnswers(
  { db, clock }: { readonly db: Kysely<IdentityTables>; readonly clock: Clock },
): Promise<number> {
  const before = new Date(clock.now().getTime() - ANSWER_KEPT_MS);
  const from = new Date(before.getTime() - LOOK_BACK_MS);
  return await db.transaction().execute((tx) => forgetAnswers(tx, { from, before }));
}
