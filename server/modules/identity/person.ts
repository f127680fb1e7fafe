import { businessDay } from "../../platform/clock.ts";
import type { PatientView } from "./contract.ts";
import { maskIdNumber, maskName, maskPhone } from "./masking.ts";

export type CredentialKind =
  | "social_security_card"
  | "id_card"
  | "insurance_voucher"
  | "insurance_face"
  | "essc"
  | "health_code";

/** Whom a credential names; in memory only, stored sealed. */
export interface Person {
  readonly name: string;
  readonly idNumber: string;
  readonly phone: string | null;
}

/** How insurance is told who it is (mdtrt_cert_type 01 / 02 / 03). */
export interface Certificate {
  readonly type: "01" | "02" | "03";
  readonly number: string;
  readonly cardIdentifier: string | null;
}

/** Gender and age are read from the ID number: digits 7–14 birth, digit 17 odd for men (GB 11643). */
export function viewOf(person: Person, now: Date): PatientView {
  const birth = /^\d{6}(\d{4})(\d{2})(\d{2})\d{2}(\d)[\dX]$/.exec(person.idNumber);
  return {
    maskedName: maskName(person.name),
    maskedIdNumber: maskIdNumber(person.idNumber),
    maskedPhone: person.phone === null ? null : maskPhone(person.phone),
    gender: birth ? (Number(birth[4]) % 2 === 1 ? "male" : "female") : "unknown",
    age: birth ? ageOn(businessDay(now), `${birth[1]}-${birth[2]}-${birth[3]}`) : null,
  };
}

function ageOn(today: string, born: string): number {
  const years = Number(today.slice(0, 4)) - Number(born.slice(0, 4));
  return today.slice(5) < born.slice(5) ? years - 1 : years;
}
