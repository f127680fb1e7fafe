const MOMENT = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
});

/** UTC as the platform tells it → Beijing time: `2026-11-22 17:05:09`. */
export function momentText(utc: string): string {
  const parts = new Map(
    MOMENT.formatToParts(new Date(utc)).map(({ type, value }) => [type, value]),
  );
  const day = ["year", "month", "day"].map((type) => parts.get(type as "year")).join("-");
  // Midnight is hour 24 in Chrome 80 when hours are not counted to twelve.
  const hour = (parts.get("hour") ?? "").replace("24", "00");
  return `${day} ${hour}:${parts.get("minute")}:${parts.get("second")}`;
}

/** Midnight in Beijing of a date field's `2026-11-22`. */
export function dayStart(day: string): Date {
  return new Date(`${day}T00:00:00+08:00`);
}

/** The last second in Beijing of a date field's `2026-11-22`, in UTC; null for an empty one. */
export function dayEnd(day: string): string | null {
  return day === "" ? null : new Date(`${day}T23:59:59+08:00`).toISOString();
}

/** The day in Beijing of an instant, as a date field takes it; empty for none. */
export function dayOf(utc: string | null): string {
  return utc === null ? "" : momentText(utc).slice(0, 10);
}

/** Fen as the platform counts → yuan: `1234567` → `12,345.67`. */
export function yuanText(fen: string): string {
  const [, sign = "", digits = ""] = /^(-?)(\d+)$/.exec(fen) ?? [];
  const padded = digits.padStart(3, "0");
  const whole = padded.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${sign}${whole}.${padded.slice(-2)}`;
}

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
const DAY_HOURS = 24;

/** How long something lasts by now: `3 天 4 小时`. */
export function ageText(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / MINUTE_MS));
  if (minutes < HOUR_MINUTES) return `${minutes} 分钟`;
  const hours = Math.floor(minutes / HOUR_MINUTES);
  if (hours < DAY_HOURS) return `${hours} 小时 ${minutes % HOUR_MINUTES} 分钟`;
  return `${Math.floor(hours / DAY_HOURS)} 天 ${hours % DAY_HOURS} 小时`;
}
