import assert from "node:assert/strict";
import { encodeFrame, FrameReader } from "./frames.ts";

const MESSAGES = [
  { kind: "heartbeat" },
  { kind: "returned", outputs: { photo: Uint8Array.of(0, 255, 10), name: "珅|億" } },
  { kind: "call", inputs: {} },
];

Deno.test("frames come out as they went in, however the pipe cuts them", () => {
  const bytes = joined(MESSAGES.map(encodeFrame));
  for (const size of [1, 2, 3, 5, 7, bytes.length]) {
    const reader = new FrameReader();
    const read: unknown[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      read.push(...reader.take(bytes.subarray(at, at + size)));
    }
    assert.deepEqual(read, MESSAGES);
  }
});

Deno.test("what cannot be a frame is refused at once", () => {
  assert.throws(() => new FrameReader().take(new TextEncoder().encode("printf")), RangeError);
  assert.throws(() => new FrameReader().take(Uint8Array.of(0, 0, 0, 2, 0x7b, 0x7b)), SyntaxError);
  assert.throws(() => new FrameReader().take(Uint8Array.of(0, 0, 0, 1, 0xff)), TypeError);
});

Deno.test("a message that is too large is not sent", () => {
  assert.throws(() => encodeFrame({ text: "x".repeat(5 << 20) }), RangeError);
});

function joined(frames: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(frames.flatMap((frame) => [...frame]));
}
