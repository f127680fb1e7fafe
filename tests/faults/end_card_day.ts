import { sql } from "kysely";
import { withDatabase } from "./database.ts";
import { pause } from "./mortal_process.ts";
import type { FaultStage } from "./stage.ts";

/** Midnight for cards alone: open batches are yesterday's, and a process looks as it starts. */

const LOOK_MS = 500;
const HALF_A_DAY_MS = 43_200_000;

/** What is paid by card later is of the next batch; what was paid before is refunded, not voided. */
export async function endCardDay(
  { databaseUrl, platform }: Pick<FaultStage, "databaseUrl" | "platform">,
  chosen: number,
): Promise<string> {
  const ended = await withDatabase(databaseUrl, async (db) => {
    const { numAffectedRows } = await sql`
      update card_batch set opened_at = opened_at - interval '1 day'
      where state = 'open'`.execute(db);
    return numAffectedRows ?? 0n;
  });
  const process = platform[chosen];
  await process?.kill();
  await process?.start();
  return `the card day ends in ${ended} batches, ${process?.name} killed`;
}

/** A process that starts tries once; the next try would be five minutes later. */
const ROUNDS_MAX = 3;
const ROUND_MS_MAX = 20_000;

/** After the storm: every batch is settled with the host (0500), as far as the platform can. */
export async function settleCardDays(
  stage: Pick<FaultStage, "databaseUrl" | "platform">,
): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    await endCardDay(stage, round % stage.platform.length);
    const started = performance.now();
    while (performance.now() - started < ROUND_MS_MAX) {
      if (await countDue(stage) === 0) return;
      await pause(LOOK_MS);
    }
  }
}

async function countDue({ databaseUrl }: Pick<FaultStage, "databaseUrl">): Promise<number> {
  const before = new Date(Date.now() - HALF_A_DAY_MS);
  return await withDatabase(databaseUrl, async (db) => {
    const due = await db.selectFrom("card_batch").select("number").where((is) =>
      is.or([
        is("state", "=", "closing"),
        is.and([is("state", "=", "open"), is("opened_at", "<", before)]),
      ])
    ).execute();
    return due.length;
  });
}
