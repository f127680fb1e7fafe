import type { City, CityPerson } from "../city/city.ts";

/** The cards of the city's persons. No bank has numbers that begin so, and none passes Luhn's check. */

export const CARD_PIN = "123456";
export const CARD_EXPIRY = "3012";
const BANK_CARD = "629999";
const FINANCIAL_ACCOUNT = "629998";
const BANK_BALANCE_FEN = 500_000;
const ACCOUNT_BALANCE_FEN = 100_000;

export interface CityCard {
  readonly pan: string;
  readonly kind: "bank_card" | "financial_account";
  readonly holder: string;
  /** Of the holder. */
  readonly idNumber: string;
  readonly balanceFen: number;
}

/** A bank card each, and the financial account of those with a social-security card. */
export function cityCards(city: Pick<City, "persons">): CityCard[] {
  return city.persons.flatMap((person, index) => [
    { ...cardOf(person, index, BANK_CARD), kind: "bank_card", balanceFen: BANK_BALANCE_FEN },
    ...(person.card
      ? [{
        ...cardOf(person, index, FINANCIAL_ACCOUNT),
        kind: "financial_account" as const,
        balanceFen: ACCOUNT_BALANCE_FEN,
      }]
      : []),
  ]);
}

function cardOf(person: CityPerson, index: number, begin: string) {
  const front = begin + String(index + 1).padStart(12, "0");
  const { name: holder, idNumber } = person;
  return { pan: front + wrongCheckDigit(front), holder, idNumber };
}

function wrongCheckDigit(front: string): string {
  const sum = [...front].reverse().reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return String((10 - sum % 10 + 1) % 10);
}
