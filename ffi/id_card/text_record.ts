import type { IdCard, IdDocument } from "../contract.ts";
import { nationName } from "./nations.ts";

/**
 * The text record of an identity card's chip: 256 bytes of UTF-16LE in fixed places, filled up with
 * spaces. Layouts: GA 450 (resident card), and the reader makers' public parsers for 港澳台居民居住证
 * (`J`), 外国人永久居留身份证 of 2017 (`I`) and of 2023 (`Y`). Which one it is stands at byte 248;
 * the letter `Y` is assumed, no card of 2023 was at hand, so its number tells it as well.
 */
export interface TextRecord {
  readonly document: IdDocument;
  /** Rare characters may be of the private use area; a permit without a Chinese name has its English one. */
  readonly name: string;
  /** Of foreigners only. */
  readonly englishName: string | null;
  readonly sex: "male" | "female" | "unknown";
  /** Of resident cards only: "汉"; null when the code is not assigned. */
  readonly nation: string | null;
  /** `yyyyMMdd`. */
  readonly birthDate: string;
  /** Of resident cards and 港澳台居民居住证. */
  readonly address: string | null;
  /** Number of the 通行证; of 港澳台居民居住证 only. */
  readonly passNumber: string | null;
  /** Three letters of ISO 3166-1; of foreigners only. */
  readonly country: string | null;
  /** 18 characters, or the 15 of a foreigner's permit of 2017. */
  readonly idNumber: string;
  /** Issuing authority: a name, of a permit of 2017 a code. */
  readonly authority: string | null;
  readonly validFrom: string;
  /** `yyyyMMdd`, or `长期`. */
  readonly validUntil: string;
}

export const TEXT_RECORD_BYTES = 256;

const NUMBER = /^\d{17}[\dX]$/;
/** Three letters of the country, twelve digits. */
const NUMBER_2017 = /^[A-Z]{3}\d{12}$/;
/** No province has a code that begins so; numbers of permits since 2023 do (assumed). */
const FOREIGN_NUMBER_LEAD = "9";
const DAY = /^\d{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/;
const UNPRINTABLE = /[\p{Cc}\p{Noncharacter_Code_Point}\ufeff\ufffd]/u;
/** GB/T 2261.1. */
const SEXES: Readonly<Record<string, TextRecord["sex"]>> = {
  "0": "unknown",
  "1": "male",
  "2": "female",
  "9": "unknown",
};
/** A byte order mark is no character of any field, and taking it for one keeps the places right. */
const UTF16 = new TextDecoder("utf-16le", { ignoreBOM: true });

/** Field of the record by the offset and length in bytes of the layouts; padding is cut off. */
type FieldAt = (offset: number, length: number) => string;

/** Null when it is not the record of a card: wrong length, or a field that cannot be what it is. */
export function readTextRecord(bytes: Uint8Array): TextRecord | null {
  if (bytes.length !== TEXT_RECORD_BYTES) return null;
  const text = UTF16.decode(bytes);
  const at: FieldAt = (offset, length) =>
    text.slice(offset / 2, (offset + length) / 2).replace(/[ \0]+$/, "");
  const record = readLayout(at);
  return record !== null && isSound(record) ? record : null;
}

/** What the terminal needs of it; the rest is forgotten. */
export function idCardOf({ document, name, idNumber, validUntil }: TextRecord): IdCard {
  return { document, name, idNumber, validUntil };
}

function readLayout(at: FieldAt): TextRecord | null {
  switch (at(248, 2)) {
    case "J":
      return readHmtPermit(at);
    case "I":
      return readForeignPermit2017(at);
    case "Y":
      return readForeignPermit2023(at);
    default:
      return at(122, 2) === FOREIGN_NUMBER_LEAD ? readForeignPermit2023(at) : readResidentCard(at);
  }
}

function readResidentCard(at: FieldAt): TextRecord | null {
  const sex = SEXES[at(30, 2)];
  if (!sex) return null;
  return {
    document: "resident",
    name: at(0, 30),
    englishName: null,
    sex,
    nation: nationName(at(32, 4)),
    birthDate: at(36, 16),
    address: at(52, 70),
    passNumber: null,
    country: null,
    idNumber: at(122, 36),
    authority: at(158, 30),
    validFrom: at(188, 16),
    validUntil: at(204, 16),
  };
}

function readHmtPermit(at: FieldAt): TextRecord | null {
  const record = readResidentCard(at);
  if (!record) return null;
  return { ...record, document: "hmt_resident", nation: null, passNumber: at(220, 18) };
}

function readForeignPermit2017(at: FieldAt): TextRecord | null {
  const sex = SEXES[at(120, 2)];
  if (!sex) return null;
  const englishName = at(0, 120);
  return {
    document: "foreign_permanent_resident",
    name: at(158, 30) || englishName,
    englishName,
    sex,
    nation: null,
    birthDate: at(220, 16),
    address: null,
    passNumber: null,
    country: at(152, 6),
    idNumber: at(122, 30),
    authority: at(240, 8),
    validFrom: at(188, 16),
    validUntil: at(204, 16),
  };
}

function readForeignPermit2023(at: FieldAt): TextRecord | null {
  const sex = SEXES[at(30, 2)];
  if (!sex) return null;
  const first = at(52, 70);
  // A name of more than 35 letters goes on in the spare field.
  const englishName = first.length === 35 ? first + at(220, 22) : first;
  return {
    document: "foreign_permanent_resident",
    name: at(0, 30) || englishName,
    englishName,
    sex,
    nation: null,
    birthDate: at(36, 16),
    address: null,
    passNumber: null,
    country: at(242, 6),
    idNumber: at(122, 36),
    authority: null,
    validFrom: at(188, 16),
    validUntil: at(204, 16),
  };
}

function isSound(record: TextRecord): boolean {
  const { document, idNumber, name, englishName, address, authority } = record;
  const isNumber = NUMBER.test(idNumber) ||
    (document === "foreign_permanent_resident" && NUMBER_2017.test(idNumber));
  return isNumber && name !== "" &&
    [name, englishName, address, authority, record.passNumber, record.country]
      .every((text) => text === null || isPrintable(text)) &&
    DAY.test(record.birthDate) && DAY.test(record.validFrom) &&
    (record.validUntil === "长期" || DAY.test(record.validUntil));
}

/** A pair of surrogates that was whole in the record may be cut in two between fields. */
function isPrintable(text: string): boolean {
  return text.isWellFormed() && !UNPRINTABLE.test(text);
}
