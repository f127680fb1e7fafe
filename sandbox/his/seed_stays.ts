import { businessDay } from "../../server/platform/clock.ts";
import type { City } from "../city/city.ts";
import { numberIn, type Sqlite } from "../sqlite.ts";
import { findPatientBy } from "./his_store.ts";

const SEED_VERSION = 2;
const DAY_MS = 24 * 3_600_000;
/** Lies in hospital, and has spent more than was paid in. */
const STORY = "one_bill_resident";
const SPENT_FEN = 86_350n;

const WARDS = ["内科一病区", "外科病区", "康复病区"] as const;

/** Whoever is in hospital when the city is made; once, also in a store of before there were stays. */
export function seedStays(store: Sqlite, city: City, now: Date): void {
  store.atomically(() => {
    if (store.find("select version from seeded where version = ?", SEED_VERSION)) return;
    const person = city.persons.find((one) => one.story?.id === STORY);
    for (const institution of person?.hisRecords ?? []) {
      const by = { column: "id_number", value: person?.idNumber ?? "" } as const;
      const patient = findPatientBy(store, institution, by);
      const at = new Date(now.getTime() - 2 * DAY_MS);
      if (patient) admit(store, { ...patient, institution, costFen: SPENT_FEN, at });
    }
    store.run("insert into seeded (version) values (?)", SEED_VERSION);
  });
}

/** Resolves with the new stay's number (住院号). */
export function admit(
  store: Sqlite,
  stay: {
    readonly institution: string;
    readonly patientId: string;
    readonly name: string;
    readonly costFen: bigint;
    readonly at: Date;
  },
): string {
  const row = store.find("select coalesce(max(serial), 0) + 1 as next from admission");
  const next = row ? numberIn(row, "next") : 1;
  const day = businessDay(stay.at).replaceAll("-", "");
  const admissionNumber = `ZY${day}${String(next).padStart(4, "0")}`;
  store.run(
    `insert into admission
       (admission_number, institution, patient_id, name, ward, bed, state, cost_fen, at)
     values (?, ?, ?, ?, ?, ?, 'admitted', ?, ?)`,
    admissionNumber,
    stay.institution,
    stay.patientId,
    stay.name,
    WARDS[next % WARDS.length] ?? WARDS[0],
    `${next % 40 + 1} 床`,
    stay.costFen,
    stay.at.getTime(),
  );
  return admissionNumber;
}
