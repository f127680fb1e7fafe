import type { CityPerson } from "./city.ts";

/** A person's debit card; its account is the card host's. */
export interface CityBankCard {
  /** 19 digits, the last one by Luhn; the issuer number is nobody's. */
  readonly pan: string;
  /** `YYMM`. */
  readonly expiry: string;
  readonly sequence: string;
  /** 220: international chip card, PIN wanted. */
  readonly serviceCode: string;
  readonly hasChip: boolean;
}

const ISSUER = "6230999";
const EXPIRY = "3512";

/** Everybody has one, made of birthday and serial number, which no two of the city share. */
export function bankCardOf({ idNumber }: Pick<CityPerson, "idNumber">): CityBankCard {
  const body = ISSUER + idNumber.slice(6, 17);
  const pan = body + luhnDigit(body);
  return { pan, expiry: EXPIRY, sequence: "001", serviceCode: "220", hasChip: true };
}

/** ISO/IEC 7812-1, annex B. */
function luhnDigit(digits: string): number {
  let sum = 0;
  [...digits].reverse().forEach((digit, at) => {
    const value = Number(digit) * (at % 2 === 0 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  });
  return (10 - sum % 10) % 10;
}
