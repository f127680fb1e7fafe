import type { Kysely } from "kysely";
import { heldSince } from "../../ledger/open_holds.ts";
import type { LedgerTables } from "../../ledger/tables.ts";
import type { SettingValue } from "../../settings/setting.ts";
import { selectContradictedOf } from "../stated/store.ts";
import type { CheckoutTables } from "../tables.ts";
import { type AlarmLevel, alarmLevel } from "./alarm_level.ts";
import { selectUnansweredOf, type WatchedOrder } from "./store.ts";

export interface OrderAlarmsDeps {
  readonly db: Kysely<CheckoutTables & LedgerTables>;
  /** What holds for the whole city. */
  readonly alarms: () => Promise<SettingValue<"checkout.alarms">>;
}

/** How long these have stood, for a list; those that are no trouble have no entry. */
export async function orderAlarms(
  { db, alarms }: OrderAlarmsDeps,
  orders: readonly WatchedOrder[],
  now: Date,
): Promise<ReadonlyMap<string, AlarmLevel>> {
  const { unknown, held } = await alarms();
  const open = orders.filter(({ next_attempt_at }) => next_attempt_at !== null);
  const unanswered = new Set(await selectUnansweredOf(db, open));
  const holds = await heldSince({ db }, orders.map(({ id }) => id));
  const contradicted = await selectContradictedOf(db, orders.map(({ id }) => id));
  const ageMs = (since: Date) => now.getTime() - since.getTime();
  const found = [
    ...open.filter(({ id }) => unanswered.has(id))
      .map(({ id, at }) => [id, alarmLevel(ageMs(at), unknown)] as const),
    ...[...holds].map(([id, since]) => [id, alarmLevel(ageMs(since), held)] as const),
    ...contradicted.map((id) => [id, "alarm"] as const),
  ];
  const levels = new Map<string, AlarmLevel>();
  for (const [id, level] of found) {
    if (level !== null && levels.get(id) !== "alarm") levels.set(id, level);
  }
  return levels;
}
