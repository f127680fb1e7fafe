/** Amounts, days and times as they are read on the screen; Beijing time, whatever the host has. */

const CHINA_OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;
const WEEKDAYS = ["日", "一", "二", "三", "四", "五", "六"];

/** `"12640"` fen → `"126.40"`. */
export function yuan(fen: string | bigint): string {
  const amount = BigInt(fen);
  const digits = (amount < 0n ? -amount : amount).toString().padStart(3, "0");
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${amount < 0n ? "-" : ""}${whole}.${digits.slice(-2)}`;
}

/** `14:25` */
export function clockTime(atMs: number): string {
  return china(atMs).toISOString().slice(11, 16);
}

/** `11月22日 星期日` */
export function longDay(atMs: number): string {
  const at = china(atMs);
  return `${at.getUTCMonth() + 1}月${at.getUTCDate()}日 星期${WEEKDAYS[at.getUTCDay()]}`;
}

/** `2026-11-22 14:25` */
export function dayTime(iso: string): string {
  return china(Date.parse(iso)).toISOString().slice(0, 16).replace("T", " ");
}

/** `今天`, `明天` or `周三`; the second part is always the date, `11月25日`. */
export function dayWords(
  day: string,
  nowMs: number,
): { readonly name: string; readonly date: string } {
  const at = new Date(`${day}T00:00:00Z`);
  const today = Math.floor(china(nowMs).getTime() / DAY_MS);
  const ahead = Math.round(at.getTime() / DAY_MS) - today;
  const name = ahead === 0 ? "今天" : ahead === 1 ? "明天" : `周${WEEKDAYS[at.getUTCDay()]}`;
  return { name, date: `${at.getUTCMonth() + 1}月${at.getUTCDate()}日` };
}

/** Whole seconds left, never below zero. */
export function secondsLeft(untilMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((untilMs - nowMs) / 1000));
}

function china(atMs: number): Date {
  return new Date(atMs + CHINA_OFFSET_MS);
}
