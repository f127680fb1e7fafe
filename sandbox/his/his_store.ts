import type { HisBill, HisPatient } from "../../server/gateways/his/wire.ts";
import { hisBillSchema, patientSchema } from "../../server/gateways/his/wire.ts";
import { numberIn, type Row, Sqlite, textIn } from "../sqlite.ts";

/** Bodies are the wire's own JSON; columns are what is searched or decides. Times are Unix ms. */
const SCHEMA = `
create table if not exists seeded (version integer primary key);
create table if not exists patient (
  patient_id text primary key, institution text not null, id_number text not null,
  card_number text, health_index text, body text not null,
  unique (institution, id_number));
create table if not exists profile_request (
  request_id text primary key, content text not null, patient_id text not null);
create table if not exists bill (
  bill_id text primary key, institution text not null, patient_id text not null,
  state text not null check (state in ('unpaid', 'paid', 'withdrawn')),
  amended integer not null default 0, posting_id text, body text not null,
  check ((state = 'paid') = (posting_id is not null)));
create index if not exists bill_of_patient on bill (institution, patient_id, state);
create table if not exists visit (
  visit_id integer primary key, institution text not null, patient_id text not null,
  doctor_code text not null, at integer not null);
create index if not exists visit_of_patient on visit (institution, patient_id);
create table if not exists hold (
  hold_id text primary key, institution text not null, content text,
  patient_id text, slot_id text, amount_fen integer,
  state text not null check (state in ('held', 'released', 'posted')),
  expires_at integer not null, body text);
create index if not exists hold_of_slot on hold (institution, slot_id);
create unique index if not exists posted_slot on hold (institution, slot_id) where state = 'posted';
create table if not exists posting (
  serial integer primary key, posting_id text not null unique, institution text not null,
  state text not null check (state in ('posted', 'cancelled')),
  rendered integer not null default 0, content text, total_fen integer,
  receipt_number text, body text, at integer not null);
create table if not exists claim (
  claim_id text primary key, institution text not null,
  state text not null check (state in ('registered', 'quoted', 'asked', 'settled', 'voided')),
  request text, certificate text, mdtrt_id text, psn_no text, insutype text, insuplc text,
  quote text, msgid text, settlement_id text, void_id text, answer text);
create table if not exists posting_return (
  return_id text primary key, posting_id text not null, institution text not null,
  content text not null, total_fen integer not null, at integer not null);
create index if not exists return_of_posting on posting_return (posting_id);
create table if not exists refused_return (return_id text primary key, answer text not null);
create table if not exists bill_line (
  bill_id text not null, line_number text not null,
  state text not null check (state in ('rendered', 'returned')),
  primary key (bill_id, line_number));
create table if not exists admission (
  serial integer primary key, admission_number text not null unique, institution text not null,
  patient_id text not null, name text not null, ward text not null, bed text not null,
  state text not null check (state in ('admitted', 'discharged', 'settled')),
  cost_fen integer not null, at integer not null);
create index if not exists admission_of_patient on admission (institution, patient_id);
create table if not exists deposit (
  serial integer primary key, posting_id text not null unique, admission_number text not null,
  amount_fen integer not null, at integer not null);
create index if not exists deposit_of_admission on deposit (admission_number);
`;

export function openHisStore(path: string): Sqlite {
  return new Sqlite(path, SCHEMA);
}

export function insertPatient(
  store: Sqlite,
  institution: string,
  patient: HisPatient & { readonly cardNumber: string | null },
): void {
  const { cardNumber, ...body } = patient;
  store.run(
    `insert into patient (patient_id, institution, id_number, card_number, health_index, body)
     values (?, ?, ?, ?, ?, ?)`,
    patient.patientId,
    institution,
    patient.idNumber,
    cardNumber,
    patient.healthIndex,
    JSON.stringify(body),
  );
}

export function findPatientBy(
  store: Sqlite,
  institution: string,
  key: {
    readonly column: "patient_id" | "id_number" | "card_number" | "health_index";
    value: string;
  },
): HisPatient | null {
  const row = store.find(
    `select body from patient where institution = ? and ${key.column} = ?`,
    institution,
    key.value,
  );
  return row && patientSchema.parse(JSON.parse(textIn(row, "body")));
}

export function insertBill(
  store: Sqlite,
  place: { readonly institution: string; readonly patientId: string },
  bill: HisBill,
): void {
  store.run(
    `insert into bill (bill_id, institution, patient_id, state, body)
     values (?, ?, ?, 'unpaid', ?)`,
    bill.billId,
    place.institution,
    place.patientId,
    JSON.stringify(bill),
  );
}

export interface StoredBill {
  readonly state: string;
  readonly amended: boolean;
  readonly patientId: string;
  readonly institution: string;
  readonly bill: HisBill;
}

export function billsOfPosting(store: Sqlite, postingId: string): HisBill[] {
  return store.all("select * from bill where posting_id = ? order by bill_id", postingId)
    .map((row) => storedBill(row).bill);
}

export function findBill(store: Sqlite, billId: string): StoredBill | null {
  const row = store.find("select * from bill where bill_id = ?", billId);
  return row && storedBill(row);
}

export function unpaidBills(store: Sqlite, institution: string, patientId: string): HisBill[] {
  return store.all(
    `select * from bill where institution = ? and patient_id = ? and state = 'unpaid'
     order by bill_id limit 200`,
    institution,
    patientId,
  ).map((row) => storedBill(row).bill);
}

function storedBill(row: Row): StoredBill {
  return {
    state: textIn(row, "state"),
    amended: numberIn(row, "amended") === 1,
    patientId: textIn(row, "patient_id"),
    institution: textIn(row, "institution"),
    bill: hisBillSchema.parse(JSON.parse(textIn(row, "body"))),
  };
}

/** Slots nobody can have: registered, or held and not yet expired. */
export function busySlots(store: Sqlite, institution: string, now: Date): Set<string> {
  const rows = store.all(
    `select slot_id from hold where institution = ?
     and (state = 'posted' or (state = 'held' and expires_at > ?))`,
    institution,
    now.getTime(),
  );
  return new Set(rows.map((row) => textIn(row, "slot_id")));
}
