import { UsageError } from "../command.ts";
import type { FollowLimits } from "./follow.ts";

export const LIMITS_OPTIONS = {
  "probation-minutes": { type: "string" },
  "drain-minutes": { type: "string" },
} as const;

export const LIMITS_HELP = `  --probation-minutes <数>  试用限期，1 至 1440（默认 15）
  --drain-minutes <数>      等患者离开的时间，0 至 1440（默认 60）`;

const PROBATION_MINUTES = 15;
const DRAIN_MINUTES = 60;
const MINUTES_MAX = 1_440;
const SECONDS_PER_MINUTE = 60;

export function limitsOf(values: {
  readonly "probation-minutes"?: string | undefined;
  readonly "drain-minutes"?: string | undefined;
}): FollowLimits {
  const probation = minutes("probation-minutes", values["probation-minutes"], PROBATION_MINUTES);
  if (probation < 1) throw new UsageError('选项 "--probation-minutes" 至少是 1');
  return {
    probationSeconds: probation * SECONDS_PER_MINUTE,
    drainSeconds: minutes("drain-minutes", values["drain-minutes"], DRAIN_MINUTES) *
      SECONDS_PER_MINUTE,
  };
}

function minutes(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const count = Number(text);
  if (Number.isInteger(count) && count >= 0 && count <= MINUTES_MAX) return count;
  throw new UsageError(`选项 "--${name}" 应为 0 至 ${MINUTES_MAX} 的整数`);
}
