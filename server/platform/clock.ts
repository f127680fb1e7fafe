/** Where time comes from; passed in, so that tests and the dev dock can set it. */
export interface Clock {
  now(): Date;
}

export const SYSTEM_CLOCK: Clock = { now: () => new Date() };

/** A clock that runs with the system's but can be set off from it, for demos and tests. */
export class OffsetClock implements Clock {
  #offsetMs = 0;

  now(): Date {
    return new Date(Date.now() + this.#offsetMs);
  }

  jump(byMs: number): void {
    this.#offsetMs += byMs;
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }
}

const CHINA_OFFSET_MS = 8 * 3_600_000;

/** `2026-03-12 09:30:15` in Beijing time, whatever zone the host is in (China has no summer time). */
export function chinaTime(at: Date): string {
  return new Date(at.getTime() + CHINA_OFFSET_MS).toISOString().slice(0, 19).replace("T", " ");
}

/** The business day (`2026-03-12`) of an instant, Asia/Shanghai. */
export function businessDay(at: Date): string {
  return chinaTime(at).slice(0, 10);
}

/** Reads `2026-03-12 09:30:15` or `2026-03-12T09:30:15` as Beijing time. */
export function parseChinaTime(text: string): Date {
  const match = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}(?::\d{2})?)$/.exec(text);
  const at = new Date(match ? `${match[1]}T${match[2]}+08:00` : NaN);
  if (Number.isNaN(at.getTime())) {
    throw new RangeError(`Cannot read "${text}" as a time: expected yyyy-MM-dd HH:mm:ss`);
  }
  return at;
}
