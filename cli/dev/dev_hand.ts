import type { IdCard, SocialSecurityCard } from "../../ffi/contract.ts";
import { paymentCode } from "../../sandbox/aggregate_pay/payment_code.ts";
import { consumptionCode } from "../../sandbox/citizen_code/code_accounts.ts";
import { presentCode } from "../../sandbox/citizen_code/present_code.ts";
import { CARD_EXPIRY, type CityCard, cityCards } from "../../sandbox/card_host/bank_cards.ts";
import type { City, CityPerson } from "../../sandbox/city/city.ts";
import type {
  DevMedium,
  DevPerson,
  DevPhoneBody,
  DevPhoneReply,
} from "../../terminal/dev_contract.ts";
import type {
  DevBankCard,
  DevFace,
  DevHand,
  DevMediumData,
  DevOptions,
} from "../../terminal/dev_port.ts";
import type { OffsetClock } from "../../server/platform/clock.ts";

const ISSUER_DIGITS = 6;
const ACCOUNT_DIGITS = 12;

export interface DevHandDeps {
  readonly city: City;
  readonly hand: DevHand;
  readonly clock: OffsetClock;
  readonly aggregatePayUrl: string;
  /** After the clock jumped: partitions of the new months. */
  readonly afterJump: () => Promise<void>;
}

/** What the dock may do: hold out media, use the patient's phone, set the clock on. */
export function devOptions(deps: DevHandDeps): DevOptions {
  const { city, clock } = deps;
  const persons = city.persons.filter((person) => person.story !== null);
  let serial = 0;
  return {
    hand: deps.hand,
    persons: () => Promise.resolve(persons.map(devPerson)),
    findMedium(personId, medium) {
      const person = persons.find((candidate) => candidate.story?.id === personId);
      serial += 1;
      const at = { now: clock.now(), serial };
      return Promise.resolve(person ? mediumOf(city, person, medium, at) : null);
    },
    jumpClock(byMs) {
      clock.jump(byMs);
      void deps.afterJump();
    },
    clockOffsetMs: () => clock.offsetMs,
    usePhone: (body) => usePhone(deps.aggregatePayUrl, body),
  };
}

function devPerson(person: CityPerson): DevPerson {
  return {
    id: person.story?.id ?? "",
    name: person.name,
    title: person.story?.title ?? "",
    hint: person.story?.tells ?? "",
    media: MEDIA.filter((medium) => hasMedium(person, medium)),
  };
}

const MEDIA: readonly DevMedium[] = [
  "social_security_card",
  "id_card",
  "insurance_voucher",
  "electronic_social_security_card",
  "health_code",
  "payment_code",
  "consumption_code",
  "bank_card",
  "face",
];

function hasMedium(person: CityPerson, medium: DevMedium): boolean {
  switch (medium) {
    case "social_security_card":
      return person.card !== null;
    case "insurance_voucher":
      return person.codes.insuranceVoucher !== null;
    case "electronic_social_security_card":
      return person.codes.essc !== null;
    case "health_code":
      return person.codes.health !== null;
    case "consumption_code":
      return consumptionCode(person) !== null;
    case "face":
      return person.insurance.length > 0;
    case "id_card":
    case "payment_code":
    case "bank_card":
      return true;
    default:
      return medium satisfies never;
  }
}

function mediumOf(
  city: City,
  person: CityPerson,
  medium: DevMedium,
  at: { readonly now: Date; readonly serial: number },
): DevMediumData | null {
  switch (medium) {
    case "social_security_card":
      return person.card && {
        kind: medium,
        card: socialSecurityCard(city, person, person.card),
        bank: bankCard(city, person, "financial_account"),
      };
    case "id_card":
      return { kind: medium, card: idCard(person) };
    case "insurance_voucher":
      return code(person.codes.insuranceVoucher);
    case "electronic_social_security_card":
      return code(person.codes.essc && presentCode(person.codes.essc, at.now));
    case "health_code":
      return code(person.codes.health && presentCode(person.codes.health, at.now));
    case "payment_code":
      return code(paymentCode("WXPAY", "pays", at.now.getTime() + at.serial));
    case "consumption_code": {
      const text = consumptionCode(person);
      return code(text && presentCode(text, at.now));
    }
    case "bank_card":
      return { kind: medium, card: bankCard(city, person, "bank_card") };
    case "face":
      return { kind: medium, face: faceOf(city, person) };
    default:
      return medium satisfies never;
  }
}

function code(text: string | null): DevMediumData | null {
  return text === null ? null : { kind: "code", text };
}

function socialSecurityCard(
  city: City,
  person: CityPerson,
  card: NonNullable<CityPerson["card"]>,
): SocialSecurityCard {
  return {
    region: city.admdvs,
    socialSecurityNumber: person.idNumber,
    cardNumber: card.number,
    cardIdentifier: card.identifier,
    name: person.name,
    version: card.version,
  };
}

/** As the card host of the sandbox numbers them; chip cards that want a PIN. */
function bankCard(city: City, person: CityPerson, kind: CityCard["kind"]): DevBankCard {
  const number = String(city.persons.indexOf(person) + 1).padStart(ACCOUNT_DIGITS, "0");
  const pan = cityCards(city)
    .find((card) => card.kind === kind && card.pan.slice(ISSUER_DIGITS, -1) === number)?.pan ?? "";
  return { pan, expiry: CARD_EXPIRY, sequence: "001", serviceCode: "220", hasChip: true };
}

function faceOf({ admdvs }: City, { idNumber, name }: CityPerson): DevFace {
  return { idNumber, name, region: admdvs };
}

function idCard(person: CityPerson): IdCard {
  return {
    document: "resident",
    idNumber: person.idNumber,
    name: person.name,
    validUntil: person.idCardValidUntil,
  };
}

async function usePhone(bankUrl: string, body: DevPhoneBody): Promise<DevPhoneReply> {
  const response = await fetch(`${bankUrl}/sandbox/phone`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5_000),
  });
  return await response.json();
}
