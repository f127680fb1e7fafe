import type { City } from "./city.ts";
import { buildInstitutions, buildTerminals } from "./institutions.ts";
import { buildPersons } from "./persons.ts";
import { seededRandom } from "./random.ts";
import { TOWN_PLANS } from "./towns.ts";

/** The same city every time: Dongguan's towns with invented people in them. */
export function buildCity(): City {
  const towns = TOWN_PLANS.map(({ code, name }) => ({ code, name }));
  const institutions = buildInstitutions(TOWN_PLANS);
  const random = seededRandom("dongguan");
  return {
    admdvs: "441900",
    name: "东莞市",
    towns,
    institutions,
    terminals: buildTerminals(institutions),
    persons: buildPersons({ towns, institutions, random }),
  };
}
