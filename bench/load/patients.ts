import type { City, CityPerson } from "../../sandbox/city/city.ts";
import type { Terminal } from "../../server/modules/fleet/terminal.ts";

/** Somebody who can pay a bill with card, insurance and payment code, and the terminal nearby. */
export interface Patient {
  readonly person: CityPerson;
  readonly card: NonNullable<CityPerson["card"]>;
  readonly institutionCode: string;
  readonly terminalId: string;
}

/**
 * Residents have no personal account that would run dry on the way, so every visit has a cash part;
 * each is at an institution of their own, as the city's patients mostly are.
 */
export function patientsOf(
  city: City,
  terminals: ReadonlyMap<string, Pick<Terminal, "id">>,
): Patient[] {
  return city.persons.flatMap((person) => {
    const [institutionCode] = person.hisRecords;
    const [row, ...others] = person.insurance;
    const isResident = row?.insutype === "390" && row.status === "1" && others.length === 0;
    if (!isResident || institutionCode === undefined || person.card === null) return [];
    const number = city.terminals.find((one) => one.institutionCode === institutionCode)?.number;
    const terminal = number === undefined ? undefined : terminals.get(number);
    if (!terminal) return [];
    return [{ person, card: person.card, institutionCode, terminalId: terminal.id }];
  });
}
