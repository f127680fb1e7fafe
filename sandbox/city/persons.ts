import type { CityInstitution, CityPerson, InsuranceRow, Town } from "./city.ts";
import { invalidIdNumber } from "./identity_number.ts";
import { inventName } from "./names.ts";
import type { Random } from "./random.ts";
import { LATER_STORIES, STORIES, type StoryPlan } from "./stories.ts";

export const PERSONS = 200;

const HEX = "0123456789ABCDEF";
const UPPER_AND_DIGITS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";

export function buildPersons(city: {
  readonly towns: readonly Town[];
  readonly institutions: readonly CityInstitution[];
  readonly random: Random;
}): CityPerson[] {
  const first = city.institutions[0]?.code ?? "";
  const tell = (story: StoryPlan, index: number) =>
    person({ ...story, index, random: city.random, towns: city.towns, story, place: first });
  const told = STORIES.map(tell);
  const names = new Set(told.map((one) => one.name));
  const others = Array.from({ length: PERSONS - told.length - LATER_STORIES.length }, (_, n) => {
    const index = told.length + n;
    const place = city.institutions[(n * 11) % city.institutions.length]?.code ?? first;
    const gender = city.random.int(2) === 0 ? "1" : "2";
    return person({
      index,
      gender,
      name: freshName(city.random, gender, names),
      birth: birthDate(city.random),
      card: n % 9 === 8 ? null : n % 4 === 3 ? "2.00" : "3.00",
      codes: n % 3 === 0 ? ["insuranceVoucher", "essc", "health"] : ["insuranceVoucher"],
      insurance: insuranceOf(n, city.random),
      hasHisRecord: n % 25 !== 24,
      idCardValidUntil: n % 5 === 0 ? "长期" : "20380630",
      random: city.random,
      towns: city.towns,
      story: null,
      place,
    });
  });
  const before = told.length + others.length;
  const later = LATER_STORIES.map((story, n) => tell(story, before + n));
  return [...told, ...others, ...later];
}

type Plan = Omit<StoryPlan, "id" | "title" | "tells"> & {
  readonly index: number;
  readonly random: Random;
  readonly towns: readonly Town[];
  readonly place: string;
  readonly story: StoryPlan | null;
};

function person(plan: Plan): CityPerson {
  const { index, random } = plan;
  // Odd sequence numbers are men's (GB 11643).
  const sequence = String(index * 2 + (plan.gender === "1" ? 1 : 2)).padStart(3, "0");
  const serial = String(index + 1).padStart(8, "0");
  const has = new Set(plan.codes);
  return {
    idNumber: invalidIdNumber(`441900${plan.birth.replaceAll("-", "")}${sequence}`),
    name: plan.name,
    gender: plan.gender,
    birth: plan.birth,
    // No Chinese mobile network has the prefix 100.
    phone: `100${String(50_000_001 + index * 37)}`,
    address: `广东省东莞市${random.pick(plan.towns).name}测试路${index + 1}号`,
    idCardValidUntil: plan.idCardValidUntil,
    psnNo: `44190000000000${serial}`,
    card: plan.card && {
      number: `T${serial}`,
      identifier: `441900D156000005${random.text(HEX, 16)}`,
      version: plan.card,
    },
    codes: {
      insuranceVoucher: has.has("insuranceVoucher") ? `90${random.digits(18)}${serial}` : null,
      essc: has.has("essc") ? `SSC${random.text(UPPER_AND_DIGITS, 29)}${serial}` : null,
      health: has.has("health") ? `GDHC:1:${random.text(HEX, 24)}${serial}` : null,
    },
    insurance: plan.insurance,
    hisRecords: plan.hasHisRecord ? [plan.place] : [],
    story: plan.story && {
      id: plan.story.id,
      title: plan.story.title,
      tells: plan.story.tells,
    },
  };
}

function freshName(random: Random, gender: CityPerson["gender"], taken: Set<string>): string {
  for (;;) {
    const name = inventName(random, gender);
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}

function birthDate(random: Random): string {
  const month = String(1 + random.int(12)).padStart(2, "0");
  const day = String(1 + random.int(28)).padStart(2, "0");
  return `${1938 + random.int(66)}-${month}-${day}`;
}

function insuranceOf(n: number, random: Random): InsuranceRow[] {
  if (n % 20 === 19) return [];
  const place = { status: "1", insuplcAdmdvs: "441900" } as const;
  const worker: InsuranceRow = {
    ...place,
    insutype: "310",
    psnType: n % 6 === 0 ? "1201" : "1101",
    balanceFen: BigInt(random.int(300_000)),
  };
  const resident: InsuranceRow = { ...place, insutype: "390", psnType: "1501", balanceFen: 0n };
  if (n % 10 >= 6) return [resident];
  return n % 7 === 0 ? [worker, { ...resident, status: "2" }] : [worker];
}
