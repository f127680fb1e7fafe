import type { SocialSecurityCard } from "../contract.ts";

/**
 * `pOutInfo` of `iReadCardBas` (LD/T 33, 38号文): 发卡地区|社会保障号码|卡号|卡识别码|姓名|复位信息|
 * 规范版本|发卡日期|有效期|终端机编号|终端设备号|. Older builds give fewer fields, the first six always.
 */
const FIELDS_MIN = 6;
/** 4096 bytes of buffer, and fields behind the eleventh that no public client knows. */
const FIELDS_MAX = 64;
const NAME_CHARS_MAX = 60;

const REGION = /^\d{6}$/;
/** An ID number, or that of a person without one. */
const SOCIAL_SECURITY_NUMBER = /^[0-9A-Za-z]{15,20}$/;
const CARD_NUMBER = /^[0-9A-Za-z]{6,32}$/;
const CARD_IDENTIFIER = /^[0-9A-Fa-f]{32}$/;
/** Control characters, and U+FFFD: bytes that are no text, so the name is another one. */
const NO_NAME = /[\p{Cc}\p{Cs}\ufffd]/u;
const VERSION = /^([123])(?:\.0{0,2})?$/;

/**
 * The card of a decoded record, or null when a field that says who it is does not look like one.
 * Splitting comes after decoding: the second byte of 珅 and 億 in GBK is `|`.
 */
export function parseCardRecord(
  text: string,
  { versionWhenUntold }: { readonly versionWhenUntold: SocialSecurityCard["version"] },
): SocialSecurityCard | null {
  const fields = text.split("|", FIELDS_MAX).map((field) => field.trim());
  if (fields.length < FIELDS_MIN) return null;
  const [region = "", number = "", cardNumber = "", identifier = "", name = ""] = fields;
  const isCard = REGION.test(region) && SOCIAL_SECURITY_NUMBER.test(number) &&
    CARD_NUMBER.test(cardNumber) && CARD_IDENTIFIER.test(identifier) && isName(name);
  if (!isCard) return null;
  return {
    region,
    socialSecurityNumber: number.toUpperCase(),
    cardNumber,
    cardIdentifier: identifier.toUpperCase(),
    name,
    version: versionOf(fields[6]) ?? versionWhenUntold,
  };
}

function isName(text: string): boolean {
  return text !== "" && text.length <= NAME_CHARS_MAX && !NO_NAME.test(text);
}

function versionOf(text: string | undefined): SocialSecurityCard["version"] | null {
  switch (VERSION.exec(text ?? "")?.[1]) {
    case "1":
      return "1.00";
    case "2":
      return "2.00";
    case "3":
      return "3.00";
    default:
      return null;
  }
}
