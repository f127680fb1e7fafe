import assert from "node:assert/strict";
import {
  BODY_BYTES_MAX,
  encodeFrame,
  FrameReader,
  type FrameShape,
  type FrameToken,
} from "./crt_frame.ts";

const CRT_571: FrameShape = { start: 0xf2, address: 0 };
const CRT_310: FrameShape = { start: 0x02, address: null };

Deno.test("encodeFrame() says what the maker's manuals print [R-DEV-06]", () => {
  const printed: readonly (readonly [FrameShape, number[], number[]])[] = [
    [CRT_571, [0x43, 0x30, 0x30], [0xf2, 0, 0, 3, 0x43, 0x30, 0x30, 0x03, 0xb1]],
    [CRT_571, [0x43, 0x31, 0x30], [0xf2, 0, 0, 3, 0x43, 0x31, 0x30, 0x03, 0xb0]],
    [CRT_571, [0x43, 0x32, 0x31], [0xf2, 0, 0, 3, 0x43, 0x32, 0x31, 0x03, 0xb2]],
    [CRT_571, [0x43, 0x32, 0x33], [0xf2, 0, 0, 3, 0x43, 0x32, 0x33, 0x03, 0xb0]],
    [CRT_571, [0x43, 0x32, 0x39], [0xf2, 0, 0, 3, 0x43, 0x32, 0x39, 0x03, 0xba]],
    [CRT_571, [0x43, 0x33, 0x31], [0xf2, 0, 0, 3, 0x43, 0x33, 0x31, 0x03, 0xb3]],
    [CRT_571, [0x43, 0x51, 0x30], [0xf2, 0, 0, 3, 0x43, 0x51, 0x30, 0x03, 0xd0]],
    [CRT_310, [0x30, 0x30], [0x02, 0, 2, 0x30, 0x30, 0x03, 0x03]],
  ];
  for (const [shape, body, frame] of printed) {
    assert.deepEqual([...encodeFrame(shape, Uint8Array.from(body))], frame);
  }
});

Deno.test("encodeFrame() refuses a body that no frame can carry", () => {
  for (const bytes of [0, BODY_BYTES_MAX + 1]) {
    assert.throws(() => encodeFrame(CRT_571, new Uint8Array(bytes)), RangeError);
  }
});

Deno.test("FrameReader finds frames and single bytes wherever they are cut", () => {
  for (const shape of [CRT_571, CRT_310]) {
    const body = Uint8Array.of(0x50, 0x31, 0x30, 0xf2, 0x02, 0x06, 0x03, 0x15);
    const stream = [0x06, ...encodeFrame(shape, body), 0x15, 0xff, 0x04];
    for (let cut = 0; cut <= stream.length; cut++) {
      const reader = new FrameReader(shape);
      const tokens = [
        ...heard(reader, stream.slice(0, cut)),
        ...heard(reader, stream.slice(cut)),
      ];
      assert.deepEqual(tokens.map(({ kind }) => kind), [
        "acknowledged",
        "frame",
        "refused",
        "cleared",
      ]);
      assert.deepEqual(tokens[1], { kind: "frame", body });
    }
  }
});

Deno.test("FrameReader calls every flipped bit damaged or nothing at all", () => {
  const frame = encodeFrame(CRT_571, Uint8Array.of(0x50, 0x32, 0x39, 0x31, 0x30, 0x30));
  for (let at = 0; at < frame.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const flipped = frame.slice();
      flipped[at] = (flipped[at] ?? 0) ^ 1 << bit;
      const tokens = heard(new FrameReader(CRT_571), [...flipped]);
      assert.ok(!tokens.some(({ kind }) => kind === "frame"), `byte ${at}, bit ${bit}`);
    }
  }
});

Deno.test("FrameReader passes over lengths and addresses that cannot be", () => {
  const good = [...encodeFrame(CRT_571, Uint8Array.of(0x50))];
  const before = [[0xf2, 0, 0xff, 0xff], [0xf2, 0, 0, 0], [0xf2, 7, 0, 1]];
  for (const wrong of before) {
    const tokens = heard(new FrameReader(CRT_571), [...wrong, ...good]);
    assert.equal(tokens.at(-1)?.kind, "frame");
  }
});

function heard(reader: FrameReader, bytes: readonly number[]): FrameToken[] {
  reader.push(Uint8Array.from(bytes));
  const tokens: FrameToken[] = [];
  for (let token = reader.next(); token; token = reader.next()) tokens.push(token);
  return tokens;
}
