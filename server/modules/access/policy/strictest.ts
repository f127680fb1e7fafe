import { DUTIES } from "../permission.ts";
import { OWN_WORDS_MAX, type SecurityPolicy } from "./contract.ts";

const { min, max } = Math;

/** Of both, in every field whatever lets less through. */
export function strictest(left: SecurityPolicy, right: SecurityPolicy): SecurityPolicy {
  return {
    password: strictestPassword(left.password, right.password),
    lockout: strictestLockout(left.lockout, right.lockout),
    session: strictestSession(left.session, right.session),
    secondFactor: {
      requiredFor: DUTIES.filter((duty) =>
        [left, right].some(({ secondFactor }) => secondFactor.requiredFor.includes(duty))
      ),
    },
    inactivityDaysMax: min(left.inactivityDaysMax, right.inactivityDaysMax),
    retentionDays: max(left.retentionDays, right.retentionDays),
    programKeyDaysMax: min(left.programKeyDaysMax, right.programKeyDaysMax),
  };
}

type Password = SecurityPolicy["password"];

function strictestPassword(left: Password, right: Password): Password {
  return {
    lengthMin: max(left.lengthMin, right.lengthMin),
    classesMin: max(left.classesMin, right.classesMin),
    history: max(left.history, right.history),
    ageDaysMax: min(left.ageDaysMax, right.ageDaysMax),
    oneTimeHoursMax: min(left.oneTimeHoursMax, right.oneTimeHoursMax),
    ownWords: [...new Set([...left.ownWords, ...right.ownWords])].slice(0, OWN_WORDS_MAX),
  };
}

type Lockout = SecurityPolicy["lockout"];

function strictestLockout(left: Lockout, right: Lockout): Lockout {
  return {
    failuresMax: min(left.failuresMax, right.failuresMax),
    lockMinutes: max(left.lockMinutes, right.lockMinutes),
    addressFailuresMax: min(left.addressFailuresMax, right.addressFailuresMax),
  };
}

type Session = SecurityPolicy["session"];

function strictestSession(left: Session, right: Session): Session {
  return {
    idleMinutesMax: min(left.idleMinutesMax, right.idleMinutesMax),
    absoluteHoursMax: min(left.absoluteHoursMax, right.absoluteHoursMax),
    concurrentMax: min(left.concurrentMax, right.concurrentMax),
    endOnRightsChange: left.endOnRightsChange || right.endOnRightsChange,
  };
}
