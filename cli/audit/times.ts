import { parseChinaTime } from "../../server/platform/clock.ts";
import { UsageError } from "../command.ts";

const DAY_MS = 24 * 3_600_000;

/** `2026-11-01` or `2026-11-01 08:00` in Beijing time; of `--to` a day is meant as its end. */
export function readTime(text: string | undefined, isEnd = false): Date | null {
  if (text === undefined) return null;
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  try {
    const at = parseChinaTime(isDay ? `${text} 00:00` : text);
    return isDay && isEnd ? new Date(at.getTime() + DAY_MS) : at;
  } catch {
    throw new UsageError(`时间 "${text}" 无效：应为 2026-11-01 或 "2026-11-01 08:00"（北京时间）`);
  }
}
