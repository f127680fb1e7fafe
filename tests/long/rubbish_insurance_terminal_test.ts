import assert from "node:assert/strict";
import { parseCvrText } from "../../ffi/id_card/cvr_library.ts";
import {
  parseAuthNo,
  parseEcAnswer,
  parseIdentity,
  parsePaymentToken,
} from "../../ffi/insurance_terminal/ec_answer.ts";
import { EC_DIALECT } from "../../ffi/insurance_terminal/ec_dialect.ts";
import { parseHeaSecIdCard } from "../../ffi/insurance_terminal/hea_sec_id_card.ts";
import { seededRandom } from "../random.ts";
import { sampleBytes, sampleLength } from "../sample_bytes.ts";

/** Whatever a library writes, its parser answers with a sound value or says that there is none. */

const INPUTS = 100_000;
const random = seededRandom(20261122);
const PERSON = {
  authNo: "AUTH-SAMPLE-1",
  idNo: "441900199001010011",
  userName: "样例甲",
  ecToken: "ECTOKEN-SAMPLE-0002",
  insuOrg: "441900",
};
const ANSWERS = [
  JSON.stringify({ code: 0, message: "成功", orgId: "H44190012345", data: PERSON }),
  JSON.stringify({ code: "0", data: JSON.stringify(PERSON) }),
  JSON.stringify({ code: 0, data: { authNo: "A1", outBizNo: "KSK0317-1", extData: {} } }),
  JSON.stringify({ code: -2, message: "用户取消" }),
].map((text) => new TextEncoder().encode(text));

Deno.test(`the answer of NationEcTrans: ${INPUTS} malformed inputs`, () => {
  let sound = 0;
  for (let input = 0; input < INPUTS; input++) {
    const text = new TextDecoder("gb18030").decode(mutated(ANSWERS));
    const answer = parseEcAnswer(text, EC_DIALECT);
    if (answer.kind !== "accepted") continue;
    const identity = parseIdentity(answer.data, "AUTH-SAMPLE-1");
    if (identity) {
      sound++;
      assert.match(identity.region, /^\d{6}$/);
      assert.ok(identity.token.length > 0 && identity.token.length <= 512);
    }
    parseAuthNo(answer.data, "KSK0317-1");
    parsePaymentToken(answer.data, EC_DIALECT);
  }
  assert.ok(sound > 0 && sound < INPUTS / 2, `${sound} sound`);
});

Deno.test(`text that is hardly JSON, and deep JSON: ${INPUTS} inputs`, () => {
  const marks = ['{"code":0,"data":', "[", "{", '"', "\\u0000", "}", "]", ":", ",", "1e999", "-"];
  for (let input = 0; input < INPUTS; input++) {
    const parts = Array.from({ length: sampleLength(random, 12) }, () => pick(marks));
    const answer = parseEcAnswer(parts.join(""), EC_DIALECT);
    if (answer.kind === "accepted") assert.equal(parseIdentity(answer.data, null), null);
  }
  for (const deep of ["[".repeat(60_000), `{"code":0,"data":${"[".repeat(60_000)}`]) {
    assert.equal(parseEcAnswer(deep, EC_DIALECT).kind, "unreadable");
  }
  assert.equal(
    parseEcAnswer(`{"code":0,"x":"${"x".repeat(99_999)}"}`, EC_DIALECT).kind,
    "unreadable",
  );
});

Deno.test(`the record of ReadSFZ: ${INPUTS} malformed inputs`, () => {
  const record = new TextEncoder().encode(
    "Li|1|01|19900101|Road|441900199001010011|20100101|20300101|Police",
  );
  let sound = 0;
  for (let input = 0; input < INPUTS; input++) {
    const card = parseHeaSecIdCard(new TextDecoder("gb18030").decode(mutated([record])));
    if (!card) continue;
    sound++;
    assert.match(card.idNumber, /^\d{17}[\dX]$/);
    assert.ok(card.name.length > 0);
  }
  assert.ok(sound > 0 && sound < INPUTS, `${sound} sound`);
});

Deno.test(`the text of CVR_ReadBaseMsg: ${INPUTS} malformed inputs`, () => {
  const gbk = new TextEncoder().encode(
    `${"Li".padEnd(15)}10119900101${"Road".padEnd(35)}441900199001010011` +
      `${"Police".padEnd(15)}2010010120300101${"".padEnd(18)}`,
  );
  let sound = 0;
  for (let input = 0; input < INPUTS; input++) {
    const text = mutated([gbk]);
    const card = parseCvrText(text, random() < 0.5 ? "gbk" : "ucs2");
    if (card) assert.match(card.idNumber, /^\d{17}[\dX]$/);
    if (card) sound++;
  }
  assert.ok(sound > 0 && sound < INPUTS, `${sound} sound`);
});

/** Cut, changed in some bytes, lengthened, or random altogether. */
function mutated(good: readonly Uint8Array[]): Uint8Array {
  if (random() < 0.1) return sampleBytes(random, sampleLength(random, 600));
  const bytes = pick(good).slice();
  for (let left = sampleLength(random, 3); left > 0; left--) {
    bytes[sampleLength(random, bytes.length - 1)] = sampleLength(random, 255);
  }
  if (random() < 0.2) return bytes.subarray(0, sampleLength(random, bytes.length));
  if (random() < 0.1) return new Uint8Array([...bytes, ...sampleBytes(random, 9)]);
  return bytes;
}

function pick<Item>(items: readonly Item[]): Item {
  const item = items[sampleLength(random, items.length - 1)];
  if (item === undefined) throw new RangeError("Cannot pick: no items, expected some");
  return item;
}
