/** The shapes of the sandbox's city; `build_city.ts` makes it, the same every time. Test data only. */

export interface Town {
  /** 12-digit statistical code, e.g. `441900101000`. */
  readonly code: string;
  readonly name: string;
}

export interface CityInstitution {
  /** fixmedins_code: `H` and 11 digits. */
  readonly code: string;
  readonly name: string;
  readonly townCode: string;
  readonly kind: "centre" | "station";
  /** The centre a station belongs to; null for centres. */
  readonly parentCode: string | null;
  readonly staffPhone: string;
}

export interface CityTerminal {
  readonly number: string;
  readonly institutionCode: string;
}

export interface InsuranceRow {
  /** insutype: 310 职工, 390 居民 … */
  readonly insutype: string;
  readonly psnType: string;
  /** 1 正常参保, 2 暂停. */
  readonly status: "1" | "2";
  readonly insuplcAdmdvs: string;
  readonly balanceFen: bigint;
}

/** A person of the city; ID numbers have invalid check digits so that none can be real. */
export interface CityPerson {
  readonly idNumber: string;
  readonly name: string;
  readonly gender: "1" | "2";
  /** yyyy-MM-dd */
  readonly birth: string;
  readonly phone: string;
  readonly address: string;
  /** yyyyMMdd or 长期, as the ID card's text record has it. */
  readonly idCardValidUntil: string;
  readonly psnNo: string;
  readonly card: {
    readonly number: string;
    readonly identifier: string;
    readonly version: "1.00" | "2.00" | "3.00";
  } | null;
  /** What the person's phone shows: 28 digits, longer text, health code text; null when not activated. */
  readonly codes: {
    readonly insuranceVoucher: string | null;
    readonly essc: string | null;
    readonly health: string | null;
  };
  readonly insurance: readonly InsuranceRow[];
  /** Institutions where HIS has a record of this person. */
  readonly hisRecords: readonly string[];
  /** Set on those the dev dock lists: which case this person shows, in Chinese. */
  readonly story: PersonStory | null;
}

export interface PersonStory {
  readonly id: string;
  readonly title: string;
  readonly tells: string;
}

export interface City {
  readonly admdvs: "441900";
  readonly name: string;
  readonly towns: readonly Town[];
  readonly institutions: readonly CityInstitution[];
  readonly terminals: readonly CityTerminal[];
  readonly persons: readonly CityPerson[];
}
