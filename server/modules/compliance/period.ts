import { DomainError } from "../../platform/errors.ts";
import { businessDay } from "../../platform/clock.ts";
import { PERIOD_DAYS_MAX } from "./contract.ts";

const DAY_MS = 24 * 3_600_000;

/** What a pack is about: Beijing days, both inside. */
export interface Period {
  readonly fromDay: string;
  readonly toDay: string;
  readonly from: Date;
  /** The first instant after it, which stands for "now" wherever a pack speaks of age. */
  readonly until: Date;
}

export interface Days {
  readonly from: string;
  readonly to: string;
}

/** Throws DomainError `compliance.period_malformed`; its detail is Chinese. */
export function readPeriod({ from, to }: Days, now: Date): Period {
  const period = {
    fromDay: from,
    toDay: to,
    from: dayStart(from),
    until: new Date(dayStart(to).getTime() + DAY_MS),
  };
  const days = (period.until.getTime() - period.from.getTime()) / DAY_MS;
  if (days < 1) throw malformed(`${from} 在 ${to} 之后`);
  if (days > PERIOD_DAYS_MAX) throw malformed(`${days} 天太长，至多 ${PERIOD_DAYS_MAX} 天`);
  if (to > businessDay(now)) throw malformed(`${to} 还没有到`);
  return period;
}

/** Whole days from `at` to the period's end. */
export function ageDays(at: Date, { until }: Period): number {
  return Math.floor((until.getTime() - at.getTime()) / DAY_MS);
}

function dayStart(day: string): Date {
  const at = new Date(/^\d{4}-\d{2}-\d{2}$/.test(day) ? `${day}T00:00:00+08:00` : NaN);
  if (Number.isNaN(at.getTime()) || businessDay(at) !== day) {
    throw malformed(`"${day}" 不是 yyyy-MM-dd 形式的日期`);
  }
  return at;
}

function malformed(detail: string): DomainError {
  return new DomainError("compliance.period_malformed", "Cannot use this period", { detail });
}
