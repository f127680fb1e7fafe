import { findCity } from "./modules/access/find_organisation.ts";
import { readSettings } from "./modules/settings/read_settings.ts";
import type { SettingValue } from "./modules/settings/setting.ts";
import type { Services } from "./services.ts";

/** When an order has stood too long: what holds for the whole city. */
export async function cityAlarms(
  { platform, audit, rowTags }: Pick<Services, "platform" | "audit" | "rowTags">,
): Promise<SettingValue<"checkout.alarms">> {
  const city = await findCity(platform);
  const settings = await readSettings({ ...platform, audit, rowTags }, city ? [city.id] : []);
  return settings.get("checkout.alarms");
}
