import assert from "node:assert/strict";
import { type CardMessage, counted, type FieldTable, fixed } from "./field_table.ts";
import { answeringTpdu, frame, FrameReader } from "./framing.ts";
import { CardMessageError } from "./message_error.ts";
import { packMessage } from "./pack_message.ts";
import { unpackMessage } from "./unpack_message.ts";
import { UNIONPAY_SM4, UNIONPAY_TDES } from "./unionpay.ts";

const SALE: CardMessage = {
  type: "0200",
  fields: new Map<number, string | Uint8Array>([
    [2, "6222021234567890123"],
    [3, "000000"],
    [4, "000000012640"],
    [11, "000042"],
    [22, "051"],
    [23, "001"],
    [25, "00"],
    [35, "6222021234567890123D3012201"],
    [41, "00000001"],
    [42, "102441900000001"],
    [49, "156"],
    [52, Uint8Array.fromHex("2a084c604973d4ae")],
    [55, Uint8Array.fromHex("9f2608aabbccdd")],
    [60, "22000001000"],
    [64, new Uint8Array(8)],
  ]),
};

// Put together by hand after QCUP 009: BCD digits to the left, an odd one filled with 0; lengths
// in BCD; field 23 filled at its left.
const SALE_HEX = [
  "0200",
  "7020068020c09211",
  "19" + "62220212345678901230",
  "000000",
  "000000012640",
  "000042",
  "0510",
  "0001",
  "00",
  "27" + "6222021234567890123d30122010",
  "3030303030303031",
  "313032343431393030303030303031",
  "313536",
  "2a084c604973d4ae",
  "0007" + "9f2608aabbccdd",
  "0011" + "220000010000",
  "0000000000000000",
].join("");

const ASCII: FieldTable = {
  digits: "ascii",
  lengths: "ascii",
  bitmap: "hex",
  fields: {
    2: counted("digits", 2, 19),
    11: fixed("digits", 6),
    39: fixed("text", 2),
    70: fixed("digits", 3),
    100: counted("text", 3, 25),
    128: fixed("bytes", 8),
  },
};

Deno.test("packMessage() writes the bytes of UnionPay's terminals", () => {
  assert.equal(packMessage(UNIONPAY_TDES.table, SALE).toHex(), SALE_HEX);
  assert.deepEqual(unpackMessage(UNIONPAY_TDES.table, Uint8Array.fromHex(SALE_HEX)), SALE);
});

Deno.test("packMessage() has a second bitmap for fields above 64, and hosts in ASCII", () => {
  const message: CardMessage = {
    type: "0800",
    fields: new Map<number, string | Uint8Array>([
      [2, "6222021234567"],
      [11, "000001"],
      [39, "A0"],
      [70, "301"],
      [100, "CENTRE"],
      [128, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)],
    ]),
  };
  const packed = packMessage(ASCII, message);
  const text = new TextDecoder("latin1").decode(packed);
  assert.equal(
    text.slice(0, 79),
    "0800C0200000020000000400000010000001136222021234567000001A0301006CENTRE" + text.slice(71, 79),
  );
  assert.deepEqual(unpackMessage(ASCII, packed), message);
});

Deno.test("a PIN block of 16 bytes is the SM4 profile's", () => {
  const pin = [52, new Uint8Array(16).fill(7)] as const;
  const message = { ...SALE, fields: new Map([...SALE.fields, pin]) };
  const packed = packMessage(UNIONPAY_SM4.table, message);
  assert.deepEqual(unpackMessage(UNIONPAY_SM4.table, packed).fields.get(52), pin[1]);
  assert.throws(() => packMessage(UNIONPAY_TDES.table, message), CardMessageError);
});

Deno.test("every message of random fields comes back as it was", () => {
  const random = seeded(8583);
  for (const table of [UNIONPAY_TDES.table, UNIONPAY_SM4.table, ASCII]) {
    for (let n = 0; n < 500; n++) {
      const message = randomMessage(table, random);
      assert.deepEqual(unpackMessage(table, packMessage(table, message)), message);
    }
  }
});

Deno.test("unpackMessage() takes any bytes as a message or as CardMessageError", () => {
  const random = seeded(20261123);
  const good = Uint8Array.fromHex(SALE_HEX);
  for (let n = 0; n < 20_000; n++) {
    const bytes = n % 2 === 0
      ? Uint8Array.from({ length: random(200) }, () => random(256))
      : good.slice(0, 1 + random(good.length)).with(0, random(256)).fill(random(256), random(200));
    try {
      unpackMessage(n % 3 === 0 ? ASCII : UNIONPAY_TDES.table, bytes);
    } catch (thrown) {
      assert.ok(thrown instanceof CardMessageError, String(thrown));
    }
  }
});

Deno.test("every cut of a message is refused, and every byte too many", () => {
  const good = Uint8Array.fromHex(SALE_HEX);
  for (let length = 0; length < good.length; length++) {
    assert.throws(
      () => unpackMessage(UNIONPAY_TDES.table, good.slice(0, length)),
      CardMessageError,
    );
  }
  const longer = Uint8Array.from([...good, 0]);
  assert.throws(() => unpackMessage(UNIONPAY_TDES.table, longer), { code: "trailing_bytes" });
});

Deno.test("an error of a message holds nothing of its content", () => {
  const fields = new Map([[2, "62220212345678901234567"]]);
  assert.throws(
    () => packMessage(UNIONPAY_TDES.table, { type: "0200", fields }),
    (thrown: Error) => !thrown.message.includes("6222"),
  );
});

Deno.test("FrameReader cuts a stream wherever its chunks end", () => {
  const framing = {
    length: "binary",
    tpdu: Uint8Array.fromHex("6000030000"),
    header: Uint8Array.fromHex("603100311000"),
  } as const;
  const [one, two] = [Uint8Array.fromHex(SALE_HEX), Uint8Array.of(1, 2, 3)];
  const stream = [...frame(framing, one), ...frame(framing, two)];
  assert.equal(frame(framing, two).toHex(), "000e6000030000603100311000010203");
  const reader = new FrameReader(framing);
  const read = stream.flatMap((byte) => reader.push(Uint8Array.of(byte)));
  assert.deepEqual(read.map((bytes) => bytes.toHex()), [SALE_HEX, "010203"]);
  assert.equal(answeringTpdu(framing.tpdu).toHex(), "6000000003");
});

Deno.test("FrameReader counts in BCD where the host does, and gives up on no length", () => {
  const framing = { length: "bcd", tpdu: new Uint8Array(0), header: new Uint8Array(0) } as const;
  assert.equal(frame(framing, new Uint8Array(12)).toHex().slice(0, 4), "0012");
  const reader = new FrameReader(framing);
  assert.equal(reader.push(frame(framing, new Uint8Array(12))).length, 1);
  assert.throws(() => reader.push(Uint8Array.of(0xff, 0xff)), CardMessageError);
});

/** A small generator, so that a failure comes again. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

function randomMessage(table: FieldTable, random: (below: number) => number): CardMessage {
  const fields = Object.entries(table.fields).filter(() => random(2) === 0)
    .map(([field, { kind, length }]): [number, string | Uint8Array] => {
      const count = length.kind === "fixed" ? length.count : random(length.max + 1);
      const bytes = Uint8Array.from({ length: count }, () => random(256));
      if (kind === "bytes") return [Number(field), bytes];
      const alphabet = kind === "digits"
        ? "0123456789"
        : kind === "track"
        ? "0123456789D"
        : "Aa0 ~";
      return [
        Number(field),
        Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join(""),
      ];
    });
  return { type: "0200", fields: new Map(fields) };
}
