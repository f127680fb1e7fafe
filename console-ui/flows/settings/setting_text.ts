import { ZH } from "../../i18n/zh.ts";
import { type Fields, MERCHANT_CHANNELS, type SettingName } from "./setting_forms.ts";

const WORDS = ZH.settings;
const OPEN: Readonly<Record<string, string>> = WORDS.open;
const FACE_CHECKS: Readonly<Record<string, string>> = WORDS.faceChecks;
const MODES: Readonly<Record<string, string>> = WORDS.modes;
const ROUTES: Readonly<Record<string, string>> = WORDS.routes;
const ORDERS: Readonly<Record<string, string>> = WORDS.order;

/** A value as it is listed, from the fields of its form. */
export function settingText(name: SettingName, fields: Fields): string {
  const { value = "", from = "", to = "", order = "" } = fields;
  switch (name) {
    case "terminal.suspended":
      return value === "yes" ? WORDS.suspended.yes : WORDS.suspended.no;
    case "services.open":
      return OPEN[value] ?? value;
    case "services.hours":
      return WORDS.hours(from, to);
    case "kiosk.idle":
      return WORDS.idle(fields["warn"] ?? "", fields["end"] ?? "");
    case "kiosk.brand":
      return brandText(fields);
    case "kiosk.face_check":
      return FACE_CHECKS[value] ?? value;
    case "payment.modes":
      return value.split(",").map((mode) => MODES[mode] ?? mode).join("、");
    case "checkout.profile":
      return WORDS.profile(ORDERS[order] ?? order, fields["pay"] ?? "", fields["confirm"] ?? "");
    case "payment.schedules":
      return scheduleText(fields);
    case "checkout.alarms":
      return WORDS.alarms(fields);
    case "checkout.intake":
      return fields["intake"] === "yes"
        ? WORDS.intake.yes
        : `${WORDS.intake.no}：${fields["text"] ?? ""}`;
    case "refund.limits":
      return WORDS.refund(fields);
    case "inpatient.deposits":
      return WORDS.deposits(fields);
    case "insurance.route":
      return ROUTES[value] ?? value;
    case "payment.merchants":
      return merchantsText(fields);
  }
}

function merchantsText(fields: Fields): string {
  const named = MERCHANT_CHANNELS.filter((channel) => fields[channel]);
  return named.length === 0
    ? WORDS.ownCode
    : named.map((channel) => `${WORDS.channel[channel]} ${fields[channel]}`).join("，");
}

function scheduleText(fields: Fields): string {
  const own = Object.entries(WORDS.scheduled).flatMap(([channel, title]) => {
    const waits = fields[`${channel}_waits`];
    return waits ? [WORDS.schedule(title, waits)] : [];
  });
  return own.length === 0 ? WORDS.sameSchedule : own.join("；");
}

function brandText({ product = "", city = "", accent = "", logoSvg = "" }: Fields): string {
  return [
    WORDS.brand(product, city),
    ...(accent === "" ? [] : [WORDS.accentIs(accent)]),
    ...(logoSvg === "" ? [] : [WORDS.withLogo]),
  ].join("，");
}
