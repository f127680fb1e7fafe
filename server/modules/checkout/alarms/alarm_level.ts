import type { SettingValue } from "../../settings/setting.ts";

export const ALARM_LEVELS = ["warning", "alarm"] as const;

export type AlarmLevel = typeof ALARM_LEVELS[number];

export type AlarmAges = SettingValue<"checkout.alarms">["held"];

/** Null while it is no trouble yet. */
export function alarmLevel(
  ageMs: number,
  { warnAfterMs, alarmAfterMs }: AlarmAges,
): AlarmLevel | null {
  if (ageMs >= alarmAfterMs) return "alarm";
  return ageMs >= warnAfterMs ? "warning" : null;
}
