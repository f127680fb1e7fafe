import { businessDay } from "../../server/platform/clock.ts";

/** How many days, weeks and months keep their last backup. */
export interface Ladder {
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
}

export interface Dated {
  readonly id: string;
  readonly at: Date;
}

/**
 * Which of the whole backups of one kind stay: of each of the newest days, weeks and months that
 * have one, the last. The newest stays whatever the ladder says, so a clock that is wrong or a
 * backup that stopped running years ago never takes the last one.
 */
export function kept<Backup extends Dated>(
  backups: readonly Backup[],
  { daily, weekly, monthly }: Ladder,
): ReadonlySet<Backup> {
  const newestFirst = backups.toSorted((left, right) => right.at.getTime() - left.at.getTime());
  const keep = new Set(newestFirst.slice(0, 1));
  for (
    const [count, periodOf] of [
      [daily, businessDay],
      [weekly, weekOf],
      [monthly, (at: Date) => businessDay(at).slice(0, 7)],
    ] as const
  ) {
    const seen = new Set<string>();
    for (const backup of newestFirst) {
      const period = periodOf(backup.at);
      if (seen.has(period)) continue;
      if (seen.size === count) break;
      seen.add(period);
      keep.add(backup);
    }
  }
  return keep;
}

const DAY_MS = 86_400_000;

/** The Monday it began with, in China. */
function weekOf(at: Date): string {
  const day = new Date(`${businessDay(at)}T00:00:00Z`);
  const sinceMonday = (day.getUTCDay() + 6) % 7;
  return new Date(day.getTime() - sinceMonday * DAY_MS).toISOString().slice(0, 10);
}
