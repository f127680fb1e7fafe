import { isMissing } from "./missing.ts";

/** What keeps this machine's clock, as far as its files say. */
export interface TimeSync {
  readonly service: string;
  /** When it last set the clock, or wrote down how fast it runs. */
  readonly lastAt: Date;
  readonly isRecent: boolean;
}

/** These services write at least every hour while they are in step. */
const RECENT_MS_MAX = 24 * 3_600_000;

/**
 * Files whose time is that of the last step: systemd-timesyncd(8) touches its mark whenever it set
 * the clock; chrony (driftfile in chrony.conf(5)) and ntpd (ntp.conf(5)) write their drift anew.
 */
const MARKS = [
  ["systemd-timesyncd", "/run/systemd/timesync/synchronized"],
  ["chrony", "/var/lib/chrony/chrony.drift"],
  ["chrony", "/var/lib/chrony/drift"],
  ["ntpd", "/var/lib/ntp/ntp.drift"],
  ["ntpd", "/var/lib/ntp/drift"],
] as const;

/** The newest mark; null where there is none. */
export async function readTimeSync(
  now: Date,
  marks: readonly (readonly [service: string, path: string])[] = MARKS,
): Promise<TimeSync | null> {
  let newest: TimeSync | null = null;
  for (const [service, path] of marks) {
    const lastAt = await changedAt(path);
    if (!lastAt || (newest && newest.lastAt >= lastAt)) continue;
    const isRecent = Math.abs(now.getTime() - lastAt.getTime()) <= RECENT_MS_MAX;
    newest = { service, lastAt, isRecent };
  }
  return newest;
}

async function changedAt(path: string): Promise<Date | null> {
  try {
    return (await Deno.stat(path)).mtime;
  } catch (thrown) {
    if (isMissing(thrown)) return null;
    throw thrown;
  }
}
