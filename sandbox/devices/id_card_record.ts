import type { IdCard } from "../../ffi/contract.ts";

const RECORD_BYTES = 256;
const BORN_DEFAULT = "19900101";

/** Field of a text record: offset in bytes, length in bytes, text. */
type Field = readonly [number, number, string];

/**
 * The 256 bytes a chip holds (shared specs, devices §2.3), with made-up values where the card that
 * is played has none. A foreigner's number of 15 characters makes a permit of 2017.
 */
export function idCardRecord(card: IdCard): Uint8Array {
  const record = new Uint8Array(RECORD_BYTES);
  const view = new DataView(record.buffer);
  for (let at = 0; at < RECORD_BYTES; at += 2) view.setUint16(at, 0x20, true);
  for (const [offset, length, text] of fieldsOf(card)) {
    const units = Math.min(text.length, length / 2);
    for (let at = 0; at < units; at++) {
      view.setUint16(offset + at * 2, text.charCodeAt(at), true);
    }
  }
  return record;
}

function fieldsOf(card: IdCard): readonly Field[] {
  switch (card.document) {
    case "resident":
      return residentFields(card, "01");
    case "hmt_resident":
      return [...residentFields(card, ""), [220, 18, "H12345678"], [238, 4, "01"], [248, 2, "J"]];
    case "foreign_permanent_resident":
      return card.idNumber.length === 15 ? permitFields2017(card) : permitFields2023(card);
  }
}

function residentFields(card: IdCard, nation: string): readonly Field[] {
  return [
    [0, 30, card.name],
    [30, 2, "1"],
    [32, 4, nation],
    [36, 16, bornOf(card)],
    [52, 70, "广东省东莞市茶山镇测试路1号"],
    [122, 36, card.idNumber],
    [158, 30, "东莞市公安局"],
    ...validity(card),
  ];
}

function permitFields2017(card: IdCard): readonly Field[] {
  return [
    [0, 120, "TEST, PERSON"],
    [120, 2, "2"],
    [122, 30, card.idNumber],
    [152, 6, card.idNumber.slice(0, 3)],
    [158, 30, card.name],
    ...validity(card),
    [220, 16, BORN_DEFAULT],
    [236, 4, "01"],
    [240, 8, "4419"],
    [248, 2, "I"],
  ];
}

function permitFields2023(card: IdCard): readonly Field[] {
  return [
    [0, 30, card.name],
    [30, 2, "2"],
    [32, 4, "00"],
    [36, 16, bornOf(card)],
    [52, 70, "TEST, PERSON"],
    [122, 36, card.idNumber],
    ...validity(card),
    [242, 6, "CAN"],
    [248, 2, "Y"],
  ];
}

function validity(card: IdCard): readonly Field[] {
  return [[188, 16, "20200101"], [204, 16, card.validUntil]];
}

function bornOf(card: IdCard): string {
  return /^\d{6}(\d{8})/.exec(card.idNumber)?.[1] ?? BORN_DEFAULT;
}
