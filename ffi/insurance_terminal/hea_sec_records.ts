import type { IdCard, IdDocument, SocialSecurityCard } from "../contract.ts";

/** Text of one record is at most 2,048 bytes by the specification; more is none. */
const RECORD_CHARACTERS_MAX = 2_048;
const CARD_FIELDS_MIN = 7;
const ID_CARD_FIELDS_MIN = 8;
const NUMBER = /^\d{17}[\dX]$/;
const DAY = /^\d{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/;
const UNPRINTABLE = /[\p{Cc}\p{Noncharacter_Code_Point}\ufeff\ufffd]/u;

/**
 * What `ReadCardBas` writes, the 11 fields of `iReadCardBas`: 发卡地区|社会保障号码|卡号|卡识别码|
 * 姓名|复位信息|规范版本|发卡日期|有效期|终端机编号|终端设备号|. Null when it is no record of a card.
 */
export function parseHeaSecCard(text: string): SocialSecurityCard | null {
  const fields = splitRecord(text, CARD_FIELDS_MIN);
  if (!fields) return null;
  const [region = "", socialSecurityNumber = "", cardNumber = "", identifier = ""] = fields;
  const [, , , , name = "", , versionText = ""] = fields;
  const cardIdentifier = identifier.toUpperCase();
  const version = versionOf(versionText);
  const isSound = /^\d{6}$/.test(region) && /^[\dX]{8,18}$/.test(socialSecurityNumber) &&
    /^[A-Z0-9]{5,20}$/.test(cardNumber) && /^[0-9A-F]{32}$/.test(cardIdentifier) &&
    cardIdentifier.startsWith(region) && isName(name);
  if (!isSound || !version) return null;
  return { region, socialSecurityNumber, cardNumber, cardIdentifier, name, version };
}

/**
 * What `ReadSFZ` writes: 姓名|性别|民族|出生|地址|号码|发证|有效|机关. Which document it is, is told
 * by the number alone: 81 to 83 are the codes of 港澳台 (GB 11643), 9 begins the number of a
 * 外国人永久居留身份证 of 2023. Null when it is no record of a card.
 */
export function parseHeaSecIdCard(text: string): IdCard | null {
  const fields = splitRecord(text, ID_CARD_FIELDS_MIN);
  if (!fields) return null;
  const [name = "", , , , , number = "", , until = ""] = fields;
  const idNumber = number.toUpperCase();
  // Builds write 20301231 or 2030.12.31.
  const validUntil = until.replace(/[.-]/g, "");
  const isSound = NUMBER.test(idNumber) && isName(name) &&
    (validUntil === "长期" || DAY.test(validUntil));
  return isSound ? { document: documentOf(idNumber), name, idNumber, validUntil } : null;
}

/** The text was decoded whole before: 0x7C is the second byte of some characters. */
function splitRecord(text: string, fieldsMin: number): readonly string[] | null {
  if (text.length > RECORD_CHARACTERS_MAX) return null;
  const fields = text.split("|").map((field) => field.trim());
  return fields.length >= fieldsMin ? fields : null;
}

function isName(name: string): boolean {
  return name.length > 0 && name.length <= 100 && !UNPRINTABLE.test(name);
}

function versionOf(text: string): SocialSecurityCard["version"] | null {
  switch (text) {
    case "1.00":
    case "2.00":
    case "3.00":
      return text;
    default:
      return null;
  }
}

function documentOf(idNumber: string): IdDocument {
  if (/^8[123]/.test(idNumber)) return "hmt_resident";
  return idNumber.startsWith("9") ? "foreign_permanent_resident" : "resident";
}
