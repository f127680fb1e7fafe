import type {
  SettingsReply,
  SettingValues,
} from "../../../server/modules/settings/console/contract.ts";

export type SettingName = keyof SettingValues;
export type Fields = Readonly<Record<string, string>>;

/** One setting as the fields of its form, and back; null for what no terminal could go by. */
interface SettingForm<Value> {
  fields(value: Value): Fields;
  parse(fields: Fields): Value | null;
}

const SECOND_MS = 1_000;
const DAY_SECONDS = 86_400;
const WAITS_MAX = 40;
const BRAND_LENGTH_MAX = 30;
const LOGO_LENGTH_MAX = 6_000;

const SERVICES = ["pay", "register", "inpatient"] as const;
const MODES = ["show_code", "scan_code", "card", "citizen_code", "medical_mix"] as const;
const ROUTES = ["fsi", "his", "mobile"] as const;
const FACE_CHECKS = ["none", "last4", "all18"] as const;
const LEGS = ["insurance", "tender", "fulfilment"] as const;
export const MERCHANT_CHANNELS = [
  "aggregate_pay",
  "card_host",
  "citizen_code",
  "medical_mix",
] as const;
const MERCHANT = /^[0-9A-Za-z]{1,32}$/;
const ACCOUNT = /^[0-9]{8,32}$/;
const SCHEDULED = ["aggregate_pay", "card_host", "citizen_code", "medical_mix"] as const;
const MINUTE_MS = 60_000;
const ALARM_MINUTES_MAX = 43_200;
const START = /^([01]\d|2[0-3]):[0-5]\d$/;
const END = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;

const INTAKE_TEXT_LENGTH_MAX = 60;
const REFUND_YUAN_MAX = 1_000_000;
const DEPOSIT_CHOICES_MAX = 6;

const FORMS: { readonly [Name in SettingName]: SettingForm<SettingValues[Name]> } = {
  "terminal.suspended": {
    fields: (isSuspended) => ({ value: isSuspended ? "yes" : "no" }),
    parse: ({ value }) => value === "yes",
  },
  "services.open": {
    fields: (open) => ({ value: SERVICES.filter((each) => open.includes(each)).join(",") }),
    parse: ({ value = "" }) => SERVICES.filter((each) => value.split(",").includes(each)),
  },
  "services.hours": {
    fields: ({ from, to }) => ({ from, to }),
    parse: ({ from = "", to = "" }) =>
      START.test(from) && END.test(to) && from < to ? { from, to } : null,
  },
  "kiosk.idle": {
    fields: ({ warnAfterMs, endAfterMs }) => ({
      warn: secondsOf(warnAfterMs),
      end: secondsOf(endAfterMs),
    }),
    parse({ warn, end }) {
      const warnAfterMs = msOf(warn, { min: 5, max: 600 });
      const endAfterMs = msOf(end, { min: 10, max: 900 });
      if (warnAfterMs === null || endAfterMs === null || warnAfterMs >= endAfterMs) return null;
      return { warnAfterMs, endAfterMs };
    },
  },
  "kiosk.brand": {
    fields: ({ product, city, accent, logoSvg }) => ({
      product,
      city,
      accent: accent ?? "",
      logoSvg: logoSvg ?? "",
    }),
    parse({ product = "", city = "", accent = "", logoSvg = "" }) {
      const isNamed = product !== "" && product.length <= BRAND_LENGTH_MAX;
      if (!isNamed || city.length > BRAND_LENGTH_MAX) return null;
      if (accent !== "" && !/^#[0-9a-f]{6}$/i.test(accent)) return null;
      if (logoSvg !== "" && !logoSvg.startsWith("<svg")) return null;
      if (logoSvg.length > LOGO_LENGTH_MAX) return null;
      return { product, city, accent: accent || null, logoSvg: logoSvg || null };
    },
  },
  "kiosk.face_check": {
    fields: (value) => ({ value }),
    parse: ({ value }) => FACE_CHECKS.find((each) => each === value) ?? null,
  },
  "payment.modes": {
    fields: (modes) => ({ value: MODES.filter((each) => modes.includes(each)).join(",") }),
    parse({ value = "" }) {
      const modes = MODES.filter((each) => value.split(",").includes(each));
      return modes.length === 0 ? null : modes;
    },
  },
  "payment.merchants": {
    fields: (merchants) =>
      Object.fromEntries(
        MERCHANT_CHANNELS.flatMap((channel) => [
          [channel, merchants[channel]?.merchant ?? ""],
          [`${channel}_account`, merchants[channel]?.settlementAccount ?? ""],
        ]),
      ),
    parse(fields) {
      const aggregate_pay = merchantIn(fields, "aggregate_pay");
      const card_host = merchantIn(fields, "card_host");
      const citizen_code = merchantIn(fields, "citizen_code");
      const medical_mix = merchantIn(fields, "medical_mix");
      if (aggregate_pay === "flawed" || card_host === "flawed") return null;
      if (citizen_code === "flawed" || medical_mix === "flawed") return null;
      return { aggregate_pay, card_host, citizen_code, medical_mix };
    },
  },
  "checkout.profile": {
    fields: ({ legOrder, waitsMs, payWaitMs, confirmWaitMs }) => ({
      order: legOrder.join(","),
      pay: secondsOf(payWaitMs),
      confirm: secondsOf(confirmWaitMs),
      insurance: waitsMs.insurance.map(secondsOf).join(" "),
      tender: waitsMs.tender.map(secondsOf).join(" "),
      fulfilment: waitsMs.fulfilment.map(secondsOf).join(" "),
      surplus: waitsMs.surplus.map(secondsOf).join(" "),
    }),
    parse({ order = "", pay, confirm, ...retries }) {
      const legOrder = order.split(",").flatMap((leg) => LEGS.filter((each) => each === leg));
      const payWaitMs = msOf(pay, { min: 10, max: 1_800 });
      const confirmWaitMs = msOf(confirm, { min: 10, max: 1_800 });
      const insurance = waitsOf(retries["insurance"]);
      const tender = waitsOf(retries["tender"]);
      const fulfilment = waitsOf(retries["fulfilment"]);
      const surplus = waitsOf(retries["surplus"]);
      if (payWaitMs === null || confirmWaitMs === null) return null;
      if (!insurance || !tender || !fulfilment || !surplus) return null;
      const waitsMs = { insurance, tender, fulfilment, surplus };
      return { legOrder, payWaitMs, confirmWaitMs, waitsMs };
    },
  },
  "payment.schedules": {
    fields: (schedules) =>
      Object.fromEntries(
        SCHEDULED.map((
          each,
        ) => [`${each}_waits`, (schedules[each] ?? []).map(secondsOf).join(" ")]),
      ),
    parse(fields) {
      const parsed = SCHEDULED.map((each) => ownWaitsOf(fields[`${each}_waits`]));
      const [aggregate_pay, card_host, citizen_code, medical_mix] = parsed;
      if (!aggregate_pay || !card_host || !citizen_code || !medical_mix) return null;
      return {
        aggregate_pay: aggregate_pay.waits,
        card_host: card_host.waits,
        citizen_code: citizen_code.waits,
        medical_mix: medical_mix.waits,
      };
    },
  },
  "checkout.alarms": {
    fields: ({ unknown, held }) => ({
      unknownWarn: minutesOf(unknown.warnAfterMs),
      unknownAlarm: minutesOf(unknown.alarmAfterMs),
      heldWarn: minutesOf(held.warnAfterMs),
      heldAlarm: minutesOf(held.alarmAfterMs),
    }),
    parse({ unknownWarn, unknownAlarm, heldWarn, heldAlarm }) {
      const unknown = agesOf(unknownWarn, unknownAlarm);
      const held = agesOf(heldWarn, heldAlarm);
      return unknown && held && { unknown, held };
    },
  },
  "checkout.intake": {
    fields: ({ open, text }) => ({ intake: open ? "yes" : "no", text }),
    parse({ intake, text = "" }) {
      const told = text.trim();
      return told === "" || told.length > INTAKE_TEXT_LENGTH_MAX
        ? null
        : { open: intake === "yes", text: told };
    },
  },
  "refund.limits": {
    fields: (limits) => ({
      patientYuan: yuanOf(limits.patientFenMax),
      sameDay: limits.patientSameDay ? "yes" : "no",
      staffYuan: yuanOf(limits.staffFenMax),
      days: String(limits.daysMax),
      closesOn: String(limits.monthClosesOnDay),
    }),
    parse({ patientYuan, sameDay, staffYuan, days, closesOn }) {
      const patientFenMax = fenOf(patientYuan);
      const staffFenMax = fenOf(staffYuan);
      const daysMax = wholeIn(days, { min: 1, max: 400 });
      const monthClosesOnDay = wholeIn(closesOn, { min: 1, max: 28 });
      if (patientFenMax === null || staffFenMax === null) return null;
      if (daysMax === null || monthClosesOnDay === null) return null;
      const patientSameDay = sameDay === "yes";
      return { patientFenMax, patientSameDay, staffFenMax, daysMax, monthClosesOnDay };
    },
  },
  "inpatient.deposits": {
    fields: (terms) => ({
      choices: terms.choicesFen.map(yuanOf).join(" "),
      mostYuan: yuanOf(terms.fenMax),
      typed: terms.typed ? "yes" : "no",
      refundYuan: yuanOf(terms.refundFenMax),
    }),
    parse({ choices = "", mostYuan, typed, refundYuan }) {
      const amounts = choices.split(/[\s,，、]+/).filter((part) => part !== "").map(fenOf);
      const choicesFen = amounts.filter((amount): amount is number =>
        amount !== null && amount > 0
      );
      const isWhole = choicesFen.length === amounts.length &&
        new Set(choicesFen).size === amounts.length;
      const fenMax = fenOf(mostYuan);
      const refundFenMax = fenOf(refundYuan);
      if (!isWhole || choicesFen.length === 0 || choicesFen.length > DEPOSIT_CHOICES_MAX) {
        return null;
      }
      if (fenMax === null || fenMax === 0 || refundFenMax === null) return null;
      return { choicesFen, fenMax, typed: typed === "yes", refundFenMax };
    },
  },
  "insurance.route": {
    fields: (value) => ({ value }),
    parse: ({ value }) => ROUTES.find((each) => each === value) ?? null,
  },
};

function merchantIn(
  fields: Fields,
  channel: (typeof MERCHANT_CHANNELS)[number],
): { readonly merchant: string; readonly settlementAccount: string | null } | null | "flawed" {
  const merchant = fields[channel] ?? "";
  const account = fields[`${channel}_account`] ?? "";
  if (merchant === "") return account === "" ? null : "flawed";
  const isGood = MERCHANT.test(merchant) && (account === "" || ACCOUNT.test(account));
  return isGood ? { merchant, settlementAccount: account || null } : "flawed";
}

function yuanOf(fen: number): string {
  return String(fen / 100);
}

/** Whole yuan; limits need no fen. */
function fenOf(text: string | undefined): number | null {
  const yuan = wholeIn(text, { min: 0, max: REFUND_YUAN_MAX });
  return yuan === null ? null : yuan * 100;
}

function wholeIn(
  text: string | undefined,
  { min, max }: { readonly min: number; readonly max: number },
): number | null {
  if (!/^\d{1,8}$/.test(text ?? "")) return null;
  const value = Number(text);
  return value >= min && value <= max ? value : null;
}

type Values = { readonly [Name in SettingName]: { readonly value: SettingValues[Name] } };

/** Of what holds there. */
export function fieldsOf({ settings }: SettingsReply, name: SettingName): Fields {
  return fieldsIn(settings, name);
}

/** Of what would hold if it were not set there. */
export function inheritedFieldsOf({ settings }: SettingsReply, name: SettingName): Fields {
  return inheritedIn(settings, name);
}

function fieldsIn<Name extends SettingName>(settings: Values, name: Name): Fields {
  return FORMS[name].fields(settings[name].value);
}

function inheritedIn<Name extends SettingName>(
  settings: { readonly [Each in SettingName]: { readonly inherited: Values[Each] } },
  name: Name,
): Fields {
  return FORMS[name].fields(settings[name].inherited.value);
}

export function parseFields(
  name: SettingName,
  fields: Fields,
): { readonly value: SettingValues[SettingName] } | null {
  const value = FORMS[name].parse(fields);
  return value === null ? null : { value };
}

function secondsOf(ms: number): string {
  return String(ms / SECOND_MS);
}

function msOf(
  seconds: string | undefined,
  { min, max }: { readonly min: number; readonly max: number },
): number | null {
  const text = seconds ?? "";
  const value = /^\d{1,5}(\.\d)?$/.test(text) ? Number(text) : NaN;
  return value >= min && value <= max ? Math.round(value * SECOND_MS) : null;
}

function waitsOf(text: string | undefined): number[] | null {
  const parts = (text ?? "").split(/[\s,，、]+/).filter((part) => part !== "");
  const waits = parts.flatMap((part) => msOf(part, { min: 0.1, max: DAY_SECONDS }) ?? []);
  const isWhole = waits.length === parts.length;
  return isWhole && waits.length > 0 && waits.length <= WAITS_MAX ? waits : null;
}

/** Null inside for none of its own, which is how it is left empty. */
function ownWaitsOf(text: string | undefined): { readonly waits: number[] | null } | null {
  if ((text ?? "").trim() === "") return { waits: null };
  const waits = waitsOf(text);
  return waits && { waits };
}

function minutesOf(ms: number): string {
  return String(ms / MINUTE_MS);
}

function agesOf(
  warn: string | undefined,
  alarm: string | undefined,
): { readonly warnAfterMs: number; readonly alarmAfterMs: number } | null {
  const [warnMinutes, alarmMinutes] = [warn, alarm].map((text) =>
    /^\d{1,5}$/.test(text ?? "") ? Number(text) : 0
  );
  if (!warnMinutes || !alarmMinutes || warnMinutes >= alarmMinutes) return null;
  if (alarmMinutes > ALARM_MINUTES_MAX) return null;
  return { warnAfterMs: warnMinutes * MINUTE_MS, alarmAfterMs: alarmMinutes * MINUTE_MS };
}
