import { businessDay, parseChinaTime } from "../../platform/clock.ts";

const DAY_MS = 86_400_000;

/** The instant a business day begins. */
export function dayStart(day: string): Date {
  return parseChinaTime(`${day} 00:00:00`);
}

export function dayAfter(day: string): string {
  return businessDay(new Date(dayStart(day).getTime() + DAY_MS));
}

export function dayBefore(day: string): string {
  return businessDay(new Date(dayStart(day).getTime() - DAY_MS));
}

/** A closed day stays as it is: what comes late belongs to the first that is open. */
export function postingDay(now: Date, closedDay: string | null): string {
  const day = businessDay(now);
  return closedDay !== null && day <= closedDay ? dayAfter(closedDay) : day;
}
