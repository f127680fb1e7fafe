import type { SecurityPolicy } from "../../../server/modules/access/policy/contract.ts";

export type Fields = Readonly<Record<string, string>>;

/** A number of the policy, and the bounds that nobody goes past (policy/contract.ts). */
export interface NumberField {
  readonly name: NumberName;
  readonly min: number;
  readonly max: number;
}

export type NumberName =
  | "password.lengthMin"
  | "password.classesMin"
  | "password.history"
  | "password.ageDaysMax"
  | "password.oneTimeHoursMax"
  | "lockout.failuresMax"
  | "lockout.lockMinutes"
  | "lockout.addressFailuresMax"
  | "session.idleMinutesMax"
  | "session.absoluteHoursMax"
  | "session.concurrentMax"
  | "inactivityDaysMax"
  | "retentionDays"
  | "programKeyDaysMax";

export type FieldName =
  | NumberName
  | "password.ownWords"
  | "session.endOnRightsChange"
  | "secondFactor.requiredFor";

export type NumberGroup = "password" | "lockout" | "session" | "retention";

export const NUMBERS: Readonly<Record<NumberGroup, readonly NumberField[]>> = {
  password: [
    { name: "password.lengthMin", min: 8, max: 64 },
    { name: "password.classesMin", min: 3, max: 4 },
    { name: "password.history", min: 5, max: 24 },
    { name: "password.ageDaysMax", min: 1, max: 90 },
    { name: "password.oneTimeHoursMax", min: 1, max: 72 },
  ],
  lockout: [
    { name: "lockout.failuresMax", min: 3, max: 10 },
    { name: "lockout.lockMinutes", min: 10, max: 24 * 60 },
    { name: "lockout.addressFailuresMax", min: 10, max: 200 },
  ],
  session: [
    { name: "session.idleMinutesMax", min: 1, max: 30 },
    { name: "session.absoluteHoursMax", min: 1, max: 24 },
    { name: "session.concurrentMax", min: 1, max: 5 },
  ],
  retention: [
    { name: "inactivityDaysMax", min: 1, max: 90 },
    { name: "retentionDays", min: 184, max: 36_500 },
    { name: "programKeyDaysMax", min: 1, max: 366 },
  ],
};

const DUTIES = ["system", "security", "audit", "business"] as const;
const ADMINISTRATORS = ["system", "security", "audit"] as const;

/** Every value of a policy by the name of its field. */
export function valuesOf(policy: SecurityPolicy): Readonly<Record<NumberName, number>> {
  const { password, lockout, session } = policy;
  return {
    "password.lengthMin": password.lengthMin,
    "password.classesMin": password.classesMin,
    "password.history": password.history,
    "password.ageDaysMax": password.ageDaysMax,
    "password.oneTimeHoursMax": password.oneTimeHoursMax,
    "lockout.failuresMax": lockout.failuresMax,
    "lockout.lockMinutes": lockout.lockMinutes,
    "lockout.addressFailuresMax": lockout.addressFailuresMax,
    "session.idleMinutesMax": session.idleMinutesMax,
    "session.absoluteHoursMax": session.absoluteHoursMax,
    "session.concurrentMax": session.concurrentMax,
    inactivityDaysMax: policy.inactivityDaysMax,
    retentionDays: policy.retentionDays,
    programKeyDaysMax: policy.programKeyDaysMax,
  };
}

/** What a form asks for; null when a number is past its bounds. */
export function policyOf(fields: Fields): SecurityPolicy | null {
  const isWithin = Object.values(NUMBERS).flat().every(({ name, min, max }) => {
    const value = numberOf(fields, name);
    return Number.isInteger(value) && value >= min && value <= max;
  });
  if (!isWithin) return null;
  const number = (name: NumberName): number => numberOf(fields, name);
  return {
    password: {
      lengthMin: number("password.lengthMin"),
      classesMin: number("password.classesMin"),
      history: number("password.history"),
      ageDaysMax: number("password.ageDaysMax"),
      oneTimeHoursMax: number("password.oneTimeHoursMax"),
      ownWords: linesOf(fields["password.ownWords"] ?? ""),
    },
    lockout: {
      failuresMax: number("lockout.failuresMax"),
      lockMinutes: number("lockout.lockMinutes"),
      addressFailuresMax: number("lockout.addressFailuresMax"),
    },
    session: {
      idleMinutesMax: number("session.idleMinutesMax"),
      absoluteHoursMax: number("session.absoluteHoursMax"),
      concurrentMax: number("session.concurrentMax"),
      endOnRightsChange: fields["session.endOnRightsChange"] === "yes",
    },
    secondFactor: {
      requiredFor: DUTIES.filter((duty) =>
        ADMINISTRATORS.some((each) => each === duty) || fields["secondFactor.business"] === "yes"
      ),
    },
    inactivityDaysMax: number("inactivityDaysMax"),
    retentionDays: number("retentionDays"),
    programKeyDaysMax: number("programKeyDaysMax"),
  };
}

function numberOf(fields: Fields, name: NumberName): number {
  return Number(fields[name] || NaN);
}

function linesOf(text: string): string[] {
  return [...new Set(text.split("\n").map((line) => line.trim()).filter((line) => line !== ""))];
}
