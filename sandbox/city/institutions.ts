import type { CityInstitution, CityTerminal } from "./city.ts";
import type { TownPlan } from "./towns.ts";

/** What Dongguan's tender counts: 389 community health institutions, 550 terminals. */
export const INSTITUTIONS = 389;
export const TERMINALS = 550;
const TERMINALS_PER_CENTRE = 4;

/** One centre per town, then stations town by town until the number is full. */
export function buildInstitutions(towns: readonly TownPlan[]): CityInstitution[] {
  const made: CityInstitution[] = [];
  for (const town of towns) {
    made.push(institution(made.length, {
      name: `东莞市${town.name}社区卫生服务中心`,
      townCode: town.code,
      kind: "centre",
      parentCode: null,
    }));
  }
  const centres = made.slice();
  for (let round = 0; made.length < INSTITUTIONS; round++) {
    for (const [n, town] of towns.entries()) {
      const place = town.places[round];
      if (place === undefined || made.length >= INSTITUTIONS) continue;
      made.push(institution(made.length, {
        name: `东莞市${town.name}${place}社区卫生服务站`,
        townCode: town.code,
        kind: "station",
        parentCode: centres[n]?.code ?? null,
      }));
    }
  }
  return made;
}

/** `0001` stands in the first centre: the dev terminal's place. */
export function buildTerminals(institutions: readonly CityInstitution[]): CityTerminal[] {
  const places = institutions.flatMap((one) =>
    Array<string>(one.kind === "centre" ? TERMINALS_PER_CENTRE : 1).fill(one.code)
  );
  const stations = institutions.filter((one) => one.kind === "station");
  for (const station of stations.slice(0, TERMINALS - places.length)) places.push(station.code);
  return places.map((institutionCode, n) => ({
    number: String(n + 1).padStart(4, "0"),
    institutionCode,
  }));
}

function institution(
  index: number,
  rest: Pick<CityInstitution, "name" | "townCode" | "kind" | "parentCode">,
): CityInstitution {
  return {
    code: `H4419${String(100_001 + index * 7).padStart(7, "0")}`,
    // No subscriber number begins with 0, so nobody's phone rings.
    staffPhone: `0769-0${String(100_0001 + index)}`,
    ...rest,
  };
}
