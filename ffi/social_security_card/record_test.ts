import assert from "node:assert/strict";
import { decodeText } from "../vendor/text_encoding.ts";
import { parseCardRecord } from "./record.ts";

const RECORD = "639900|111111198101011110|X00000019|639900d15600000500bf7c7a48fb4966|张三|" +
  "00814E43238697159900BF7C7A|2.00|20101001|20201001|410100813475|T1|";
const UNTOLD = { versionWhenUntold: "1.00" } as const;

Deno.test("parseCardRecord() takes the eleven fields of iReadCardBas", () => {
  assert.deepEqual(parseCardRecord(RECORD, UNTOLD), {
    region: "639900",
    socialSecurityNumber: "111111198101011110",
    cardNumber: "X00000019",
    cardIdentifier: "639900D15600000500BF7C7A48FB4966",
    name: "张三",
    version: "2.00",
  });
});

Deno.test("parseCardRecord() takes the six fields of older builds", () => {
  const fields = RECORD.split("|");
  assert.equal(parseCardRecord(fields.slice(0, 6).join("|"), UNTOLD)?.version, "1.00");
  assert.equal(parseCardRecord(fields.slice(0, 5).join("|"), UNTOLD), null);
});

Deno.test("a record in GBK keeps names whose second byte is the bar between fields", () => {
  // 王珅 in GBK: 珅 is AB 7C.
  const bytes = new Uint8Array([
    ...new TextEncoder().encode("639900|111111198101011110|X00000019|"),
    ...new TextEncoder().encode("639900D15600000500BF7C7A48FB4966|"),
    ...[0xcd, 0xf5, 0xab, 0x7c],
    ...new TextEncoder().encode("|00814E43238697159900BF7C7A|3.00|\0garbage|of|earlier|calls"),
  ]);
  const card = parseCardRecord(decodeText(bytes, "gb18030"), UNTOLD);
  assert.equal(card?.name, "王珅");
  assert.equal(card?.version, "3.00");
});

Deno.test("parseCardRecord() refuses a field that says who it is and does not look like it", () => {
  const wrong = [
    [0, "6399"],
    [0, ""],
    [1, "1111111981010"],
    [1, "111111198101011110|x"],
    [2, ""],
    [2, "X 0000001"],
    [3, "639900D15600000500BF7C7A48FB49"],
    [3, "639900D15600000500BF7C7A48FB496G"],
    [4, ""],
    [4, "张\u0007三"],
    [4, "张\ufffd"],
    [4, "张".repeat(61)],
  ] as const;
  for (const [at, value] of wrong) {
    const text = RECORD.split("|").with(at, value).join("|");
    assert.equal(parseCardRecord(text, UNTOLD), null, `${at}: ${value}`);
  }
});

Deno.test("parseCardRecord() reads the ways in which builds write a version", () => {
  const versions = { "3.00": "3.00", "3.0": "3.00", "1": "1.00", " 2.00 ": "2.00", "V3": "1.00" };
  for (const [written, version] of Object.entries(versions)) {
    const text = RECORD.split("|").with(6, written).join("|");
    assert.equal(parseCardRecord(text, UNTOLD)?.version, version, written);
  }
});
