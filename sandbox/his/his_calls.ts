import type { Clock } from "../../server/platform/clock.ts";
import type { City, CityInstitution } from "../city/city.ts";
import type { Faults } from "../faults.ts";
import type { AskCentre } from "../insurance/ask_centre.ts";
import type { Sqlite } from "../sqlite.ts";

/** What every call of the sandbox's HIS works with. */
export interface His {
  readonly store: Sqlite;
  readonly city: City;
  readonly institutions: ReadonlyMap<string, CityInstitution>;
  readonly clock: Clock;
  readonly faults: Faults;
  /** The insurance centre behind HIS; null: this HIS settles nothing. */
  readonly centre: AskCentre | null;
}
