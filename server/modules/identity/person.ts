import { businessDay } from "../../platform/clock.ts";
import type { PatientView } from "./contract.ts";

export type CredentialKind =
  | "social_security_card"
  | "id_card"
  | "insurance_voucher"
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

const ID_HEAD = 4;
const ID_TAIL = 4;
const PHONE_HEAD = 3;

export function maskName(name: string): string {
  const letters = [...name];
  if (letters.length <= 1) return "*";
  if (letters.length === 2) return `${letters[0]}*`;
  return `${letters[0]}${"*".repeat(letters.length - 2)}${letters.at(-1)}`;
}

export function maskIdNumber(idNumber: string): string {
  const hidden = Math.max(0, idNumber.length - ID_HEAD - ID_TAIL);
  return idNumber.slice(0, ID_HEAD) + "*".repeat(hidden) + idNumber.slice(-ID_TAIL);
}

export function maskPhone(phone: string): string {
  return `${phone.slice(0, PHONE_HEAD)}****${phone.slice(-ID_TAIL)}`;
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
