import type { HisPatient } from "../../server/gateways/his/wire.ts";
import type { City, CityInstitution, CityPerson } from "../city/city.ts";
import { hashOf } from "../city/random.ts";
import { insertBill, insertPatient } from "./his_store.ts";
import { findPrescription, type Prescription, PRESCRIPTIONS, writeBill } from "./prescriptions.ts";
import type { Sqlite } from "../sqlite.ts";
import { type HisDoctor, staffOf } from "./staff.ts";

const SEED_VERSION = 1;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HABIT_VISITS = 6;
const HABIT_EVERY_MS = 28 * DAY_MS;
const MANY_BILLS = 12;

/** What waits to be paid, by story; those not named here have none. */
const STORY_BILLS: Readonly<Record<string, readonly string[]>> = {
  two_bills: ["stomach", "ultrasound"],
  one_bill_resident: ["blood_pressure"],
  self_pay: ["cold"],
  habit: ["sugar"],
  all_fund: ["first_class"],
  insurance_suspended: ["cold", "infusion"],
  many_bills: Array.from(
    { length: MANY_BILLS },
    (_, n) => PRESCRIPTIONS[n % PRESCRIPTIONS.length]?.id ?? "",
  ),
  card_v2: ["neck"],
  expired_card: ["herbs"],
  e_voucher: ["cold", "cold_tests"],
  health_code: ["stomach"],
  work_injury: ["neck"],
  corps: ["stomach"],
};

/** Fills a new HIS from the city, once; a restart keeps what happened since. */
export function seedHis(store: Sqlite, city: City, now: Date): void {
  store.atomically(() => {
    if (store.find("select version from seeded where version = ?", SEED_VERSION)) return;
    const institutions = new Map(city.institutions.map((one) => [one.code, one]));
    for (const [n, person] of city.persons.entries()) {
      for (const code of person.hisRecords) {
        const institution = institutions.get(code);
        if (institution) seedRecord(store, { person, index: n, institution, now });
      }
    }
    store.run("insert into seeded (version) values (?)", SEED_VERSION);
  });
}

interface SeededRecord {
  readonly person: CityPerson;
  readonly index: number;
  readonly institution: CityInstitution;
  readonly now: Date;
}

function seedRecord(store: Sqlite, record: SeededRecord): void {
  const { person, institution, now } = record;
  const patient = patientOf(record);
  const cardNumber = person.card?.number ?? null;
  insertPatient(store, institution.code, { ...patient, cardNumber });
  const staff = staffOf(institution);
  for (const [n, prescription] of billsOf(record).entries()) {
    const bill = writeBill(prescription, {
      billId: `B${patient.patientId.slice(1)}${String(n + 1).padStart(2, "0")}`,
      doctor: doctorFor(prescription, staff),
      issuedAt: new Date(now.getTime() - HOUR_MS * (1 + n % 5)),
    });
    insertBill(store, { institution: institution.code, patientId: patient.patientId }, bill);
  }
  if (person.story?.id === "habit") seedVisits(store, record, patient.patientId);
}

export function patientOf(
  record: Pick<SeededRecord, "person" | "index" | "institution">,
): HisPatient {
  const { person, index, institution } = record;
  return {
    patientId: `P${institution.code.slice(-6)}${String(index + 1).padStart(6, "0")}`,
    name: person.name,
    idNumber: person.idNumber,
    gender: person.gender,
    birth: person.birth,
    phone: person.phone,
    healthIndex: person.codes.health?.split(":")[2] ?? null,
  };
}

/** The doctor who would write it here; a station's general practitioner where the department lacks. */
export function doctorFor(prescription: Prescription, staff: readonly HisDoctor[]): HisDoctor {
  const doctor = staff.find((one) => one.department.code === prescription.departmentCode) ??
    staff[0];
  if (!doctor) throw new RangeError("Cannot write a bill: expected an institution with doctors");
  return doctor;
}

function billsOf({ person }: SeededRecord): Prescription[] {
  if (person.story) return (STORY_BILLS[person.story.id] ?? []).map(findPrescription);
  const luck = hashOf(person.psnNo);
  return Array.from({ length: luck % 3 }, (_, n) => {
    const id = PRESCRIPTIONS[(luck + n * 5) % PRESCRIPTIONS.length]?.id ?? "";
    return findPrescription(id);
  });
}

function seedVisits(store: Sqlite, record: SeededRecord, patientId: string): void {
  const doctor = staffOf(record.institution)[1];
  if (!doctor) return;
  for (let n = 1; n <= HABIT_VISITS; n++) {
    store.run(
      "insert into visit (institution, patient_id, doctor_code, at) values (?, ?, ?, ?)",
      record.institution.code,
      patientId,
      doctor.code,
      record.now.getTime() - n * HABIT_EVERY_MS,
    );
  }
}
