import type { IdCard, IdDocument } from "../contract.ts";

/** The buffer of the specification has 1,024 bytes; longer text is no record. */
const RECORD_CHARACTERS_MAX = 2_048;
const FIELDS_MIN = 8;
const NAME_CHARACTERS_MAX = 100;
const NUMBER = /^\d{17}[\dX]$/;
const DAY = /^\d{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/;
const UNPRINTABLE = /[\p{Cc}\p{Noncharacter_Code_Point}\ufeff\ufffd]/u;

/**
 * What `ReadSFZ` writes: 姓名|性别|民族|出生|地址|号码|发证|有效|机关. The text was decoded whole
 * before: 0x7C is the second byte of some characters. Which document it is, is told by the number
 * alone: 81 to 83 are the codes of 港澳台 (GB 11643), 9 begins the number of a 外国人永久居留身份证
 * of 2023. Null when it is no record of a card.
 */
export function parseHeaSecIdCard(text: string): IdCard | null {
  if (text.length > RECORD_CHARACTERS_MAX) return null;
  const fields = text.split("|").map((field) => field.trim());
  if (fields.length < FIELDS_MIN) return null;
  const [name = "", , , , , number = "", , until = ""] = fields;
  const idNumber = number.toUpperCase();
  // Builds write 20301231 or 2030.12.31.
  const validUntil = until.replace(/[.-]/g, "");
  const isSound = NUMBER.test(idNumber) && isName(name) &&
    (validUntil === "长期" || DAY.test(validUntil));
  return isSound ? { document: documentOf(idNumber), name, idNumber, validUntil } : null;
}

function isName(name: string): boolean {
  return name.length > 0 && name.length <= NAME_CHARACTERS_MAX && !UNPRINTABLE.test(name);
}

function documentOf(idNumber: string): IdDocument {
  if (/^8[123]/.test(idNumber)) return "hmt_resident";
  return idNumber.startsWith("9") ? "foreign_permanent_resident" : "resident";
}
