import assert from "node:assert/strict";
import { idCardRecord } from "../../sandbox/devices/id_card_record.ts";
import type { IdCard } from "../contract.ts";
import { idCardOf, readTextRecord } from "./text_record.ts";

const RESIDENT: IdCard = {
  document: "resident",
  name: "欧阳测试",
  idNumber: "44190019900101001X",
  validUntil: "长期",
};
const HMT: IdCard = {
  document: "hmt_resident",
  name: "陳瑋珅",
  idNumber: "810000199001010010",
  validUntil: "20301231",
};
const FOREIGN_2017: IdCard = {
  document: "foreign_permanent_resident",
  name: "测试人",
  idNumber: "CAN110190010101",
  validUntil: "20301231",
};
const FOREIGN_2023: IdCard = { ...FOREIGN_2017, idNumber: "911124199001010010" };

Deno.test("readTextRecord() reads all four layouts (R-DEV-04)", () => {
  for (const card of [RESIDENT, HMT, FOREIGN_2017, FOREIGN_2023]) {
    const record = readTextRecord(idCardRecord(card));
    assert.ok(record, card.idNumber);
    assert.deepEqual(idCardOf(record), card);
    assert.equal(record.birthDate, "19900101");
    assert.equal(record.validFrom, "20200101");
  }
});

Deno.test("readTextRecord() reads what only one kind of card has", () => {
  const resident = readTextRecord(idCardRecord(RESIDENT));
  assert.equal(resident?.nation, "汉");
  assert.equal(resident?.sex, "male");
  assert.equal(resident?.address, "广东省东莞市茶山镇测试路1号");
  assert.equal(readTextRecord(idCardRecord(HMT))?.passNumber, "H12345678");
  assert.equal(readTextRecord(idCardRecord(FOREIGN_2017))?.country, "CAN");
  assert.equal(readTextRecord(idCardRecord(FOREIGN_2023))?.englishName, "TEST, PERSON");
});

Deno.test("readTextRecord() knows every nation, and a card of an unknown one is good", () => {
  const names: Record<string, string | null> = {
    "01": "汉",
    "33": "羌",
    "56": "基诺",
    "97": "其他",
    "98": "外国血统中国籍",
    "57": null,
    "": null,
  };
  for (const [code, name] of Object.entries(names)) {
    const record = write(idCardRecord(RESIDENT), 32, code.padEnd(2));
    assert.equal(readTextRecord(record)?.nation, name, code);
  }
});

Deno.test("readTextRecord() keeps rare characters, surrogates and private use ones too", () => {
  for (const name of ["㐀", "𠮷田", "王\ue863", "阿卜杜热西提·麦麦提艾力"]) {
    assert.equal(readTextRecord(idCardRecord({ ...RESIDENT, name }))?.name, name);
  }
});

Deno.test("readTextRecord() knows a foreigner by the number, whatever letter stands there", () => {
  for (const letter of ["Y", " ", "X"]) {
    const record = readTextRecord(write(idCardRecord(FOREIGN_2023), 248, letter));
    assert.equal(record?.document, "foreign_permanent_resident", letter);
    assert.equal(record?.country, "CAN", letter);
  }
});

Deno.test("readTextRecord() takes the English name where there is no Chinese one", () => {
  const record = idCardRecord({ ...FOREIGN_2017, name: "" });
  assert.equal(readTextRecord(record)?.name, "TEST, PERSON");
});

Deno.test("readTextRecord() puts a long English name together again", () => {
  const record = write(idCardRecord(FOREIGN_2023), 52, "A".repeat(34) + "B");
  assert.equal(
    readTextRecord(write(record, 220, "C D"))?.englishName,
    "A".repeat(34) + "B" + "C D",
  );
});

Deno.test("readTextRecord() refuses what no card says", () => {
  const good = idCardRecord(RESIDENT);
  const records: Record<string, Uint8Array> = {
    empty: new Uint8Array(0),
    short: good.subarray(0, 255),
    long: new Uint8Array([...good, 0x20]),
    zeros: new Uint8Array(256),
    "no name": write(good, 0, " ".repeat(15)),
    "half a character": writeUnit(good, 0, 0xd842),
    "a control character": writeUnit(good, 2, 7),
    "a byte order mark": writeUnit(good, 0, 0xfeff),
    "no sex": write(good, 30, "x"),
    "a number with a small x": write(good, 122, "44190019900101001x"),
    "a foreigner's number": write(good, 122, "CAN110190010101   "),
    "a thirteenth month": write(good, 36, "19901301"),
    "an end that is no day": write(good, 204, "短期      "),
  };
  for (const [what, record] of Object.entries(records)) {
    assert.equal(readTextRecord(record), null, what);
  }
});

function write(record: Uint8Array, offset: number, text: string): Uint8Array {
  const copy = record.slice();
  const view = new DataView(copy.buffer);
  for (let at = 0; at < text.length; at++) {
    view.setUint16(offset + 2 * at, text.charCodeAt(at), true);
  }
  return copy;
}

function writeUnit(record: Uint8Array, offset: number, unit: number): Uint8Array {
  return write(record, offset, String.fromCharCode(unit));
}
