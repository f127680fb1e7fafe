import { sql } from "kysely";
import type { Dice } from "../simulation/dice.ts";
import { pause } from "./mortal_process.ts";
import { withDatabase } from "./database.ts";
import { endCardDay } from "./end_card_day.ts";
import type { FaultStage } from "./stage.ts";

/** What happens to processes: killed, cut off from their database, or left without one. */

const TROUBLES = [
  "kill_serve",
  "cut_connections",
  "stop_database",
  "kill_sandbox",
  "end_card_day",
] as const;
export type TroubleKind = (typeof TROUBLES)[number];

export interface TroubleOptions {
  readonly dice: Dice;
  /** Between one trouble's end and the next. */
  readonly restMs: readonly [number, number];
  readonly stop: AbortSignal;
  readonly write: (line: string) => Promise<void>;
}

/** One after the other, each kind once before any comes again. */
export async function makeTroubles(
  stage: FaultStage,
  { dice, restMs, stop, write }: TroubleOptions,
): Promise<ReadonlyMap<TroubleKind, number>> {
  const suffered = new Map<TroubleKind, number>();
  let bag: TroubleKind[] = [];
  while (!stop.aborted) {
    await pause(dice.between(...restMs));
    if (stop.aborted) break;
    if (bag.length === 0) bag = troublesOf(stage);
    const [kind] = bag.splice(dice.below(bag.length), 1);
    if (!kind) continue;
    await write(await suffer(stage, kind, dice));
    suffered.set(kind, (suffered.get(kind) ?? 0) + 1);
  }
  return suffered;
}

function troublesOf({ desks }: FaultStage): TroubleKind[] {
  return TROUBLES.filter((kind) => kind !== "end_card_day" || desks.size > 0);
}

async function suffer(stage: FaultStage, kind: TroubleKind, dice: Dice): Promise<string> {
  const awayMs = dice.between(100, 3_000);
  switch (kind) {
    case "kill_serve":
      return await killServe(stage, { dice, awayMs });
    case "cut_connections":
      return await cutConnections(stage, dice);
    case "stop_database":
      await stage.server.crash();
      await pause(awayMs);
      await stage.server.startAgain();
      return `database stopped (immediate), away for ${awayMs} ms`;
    case "kill_sandbox":
      await stage.sandbox.kill();
      await pause(awayMs);
      await stage.sandbox.start();
      return `sandbox killed, away for ${awayMs} ms`;
    case "end_card_day":
      return await endCardDay(stage, dice.below(stage.platform.length));
    default:
      return kind satisfies never;
  }
}

/** Now and then all at once, as when a machine goes. */
async function killServe(
  { platform }: FaultStage,
  { dice, awayMs }: { readonly dice: Dice; readonly awayMs: number },
): Promise<string> {
  const chosen = platform[dice.below(platform.length)];
  const killed = dice.chance(0.25) ? [...platform] : chosen ? [chosen] : [];
  await Promise.all(killed.map((process) => process.kill()));
  await pause(awayMs);
  await Promise.all(killed.map((process) => process.start()));
  return `${killed.map(({ name }) => name).join(", ")} killed, away for ${awayMs} ms`;
}

async function cutConnections({ databaseUrl }: FaultStage, dice: Dice): Promise<string> {
  const share = dice.pick([0.3, 0.6, 1]);
  const cut = await withDatabase(databaseUrl, async (db) => {
    const { rows } = await sql<{ pid: number }>`
      select pid from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() order by pid`.execute(db);
    const pids = rows.filter(() => dice.chance(share)).map(({ pid }) => pid);
    for (const pid of pids) await sql`select pg_terminate_backend(${pid})`.execute(db);
    return pids.length;
  });
  return `${cut} database connections cut`;
}
