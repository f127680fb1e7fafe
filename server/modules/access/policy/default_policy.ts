import type { PolicyKind, SecurityPolicy } from "./contract.ts";

/** What holds until the security administrator says otherwise; within 等保三级. */
const PERSON: SecurityPolicy = {
  password: {
    lengthMin: 10,
    classesMin: 3,
    history: 5,
    ageDaysMax: 90,
    oneTimeHoursMax: 24,
    ownWords: [],
  },
  lockout: { failuresMax: 5, lockMinutes: 30, addressFailuresMax: 30 },
  session: {
    idleMinutesMax: 15,
    absoluteHoursMax: 12,
    concurrentMax: 2,
    endOnRightsChange: true,
  },
  secondFactor: { requiredFor: ["system", "security", "audit"] },
  inactivityDaysMax: 90,
  retentionDays: 1_095,
  programKeyDaysMax: 366,
};

export const DEFAULT_POLICIES: Readonly<Record<PolicyKind, SecurityPolicy>> = {
  person: PERSON,
  program: {
    ...PERSON,
    password: { ...PERSON.password, lengthMin: 20 },
    programKeyDaysMax: 180,
  },
};
