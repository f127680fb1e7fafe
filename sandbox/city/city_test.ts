import assert from "node:assert/strict";
import { buildCity } from "./build_city.ts";
import { hasValidCheckDigit } from "./identity_number.ts";

const STORY_IDS = [
  "two_bills",
  "one_bill_resident",
  "self_pay",
  "no_his_record",
  "habit",
  "all_fund",
  "no_bills",
  "insurance_suspended",
  "many_bills",
  "card_v2",
  "foreign_card",
  "expired_card",
  "e_voucher",
  "health_code",
  "work_injury",
  "corps",
];

function assertUnique(values: readonly (string | null | undefined)[], what: string): void {
  const present = values.filter((value) => value !== null && value !== undefined);
  assert.equal(new Set(present).size, present.length, `${what} repeats`);
}

Deno.test("buildCity() has the towns, institutions and terminals of the tender", () => {
  const city = buildCity();
  assert.equal(city.towns.length, 33);
  assert.equal(city.institutions.length, 389);
  assert.equal(city.terminals.length, 550);
  assert.equal(city.persons.length, 200);
  for (const town of city.towns) assert.match(town.code, /^441900\d{6}$/);
  for (const one of city.institutions) assert.match(one.code, /^H4419\d{7}$/);
});

Deno.test("buildCity() makes the same city twice", () => {
  assert.deepEqual(buildCity(), buildCity());
});

Deno.test("buildCity() repeats nothing that names somebody or something", () => {
  const { towns, institutions, terminals, persons } = buildCity();
  assertUnique(towns.map((one) => one.code), "town code");
  assertUnique(institutions.map((one) => one.code), "institution code");
  assertUnique(institutions.map((one) => one.name), "institution name");
  assertUnique(terminals.map((one) => one.number), "terminal number");
  assertUnique(persons.map((one) => one.idNumber), "ID number");
  assertUnique(persons.map((one) => one.name), "name");
  assertUnique(persons.map((one) => one.phone), "phone");
  assertUnique(persons.map((one) => one.psnNo), "psn_no");
  assertUnique(persons.map((one) => one.card?.number), "card number");
  assertUnique(persons.map((one) => one.card?.identifier), "card identifier");
  assertUnique(persons.flatMap((one) => Object.values(one.codes)), "code");
});

Deno.test("buildCity() puts every terminal and station where there is an institution", () => {
  const { towns, institutions, terminals } = buildCity();
  const terminalsAt = Map.groupBy(terminals, (one) => one.institutionCode);
  const codes = new Set(institutions.map((one) => one.code));
  for (const terminal of terminals) assert.ok(codes.has(terminal.institutionCode));
  for (const one of institutions) {
    const count = terminalsAt.get(one.code)?.length ?? 0;
    assert.ok(count >= (one.kind === "centre" ? 2 : 1), one.name);
    const parent = institutions.find((other) => other.code === one.parentCode);
    assert.equal(parent?.kind, one.kind === "station" ? "centre" : undefined);
    assert.equal(parent?.townCode ?? one.townCode, one.townCode);
  }
  for (const town of towns) {
    assert.ok(institutions.some((one) => one.townCode === town.code && one.kind === "centre"));
  }
});

Deno.test("buildCity() invents people nobody can be", () => {
  for (const person of buildCity().persons) {
    assert.match(person.idNumber, /^441900\d{11}[\dX]$/);
    assert.equal(hasValidCheckDigit(person.idNumber), false, person.idNumber);
    assert.equal(person.idNumber.slice(6, 14), person.birth.replaceAll("-", ""));
    assert.equal(Number(person.idNumber.charAt(16)) % 2 === 1, person.gender === "1");
    assert.match(person.phone, /^100\d{8}$/);
    assert.match(person.codes.insuranceVoucher ?? "0".repeat(28), /^\d{28}$/);
    assert.match(person.codes.essc ?? `SSC${"0".repeat(40)}`, /^SSC[0-9A-Z]{37,57}$/);
  }
});

Deno.test("hasValidCheckDigit() knows the standard's own example", () => {
  assert.equal(hasValidCheckDigit("11010519491231002X"), true);
  assert.equal(hasValidCheckDigit("110105194912310021"), false);
});

Deno.test("buildCity() tells every story where the first terminal stands", () => {
  const { persons, terminals, institutions } = buildCity();
  const told = persons.filter((person) => person.story !== null);
  assert.deepEqual(told.map((person) => person.story?.id), STORY_IDS);
  const place = terminals[0]?.institutionCode;
  assert.equal(place, institutions[0]?.code);
  for (const person of told) {
    const isStranger = ["no_his_record", "foreign_card"].includes(person.story?.id ?? "");
    const expected = isStranger ? [] : [place];
    assert.deepEqual(person.hisRecords, expected, person.story?.id ?? person.name);
  }
});
