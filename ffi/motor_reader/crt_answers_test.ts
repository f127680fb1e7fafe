import assert from "node:assert/strict";
import { parseCrt310Answer } from "./crt310_answer.ts";
import { answers571, parseCrt571Answer } from "./crt571_answer.ts";

const EJECT = { command: 0x32, parameter: 0x39 };

Deno.test("parseCrt571Answer() reads states and data of a positive answer", () => {
  const body = Uint8Array.of(0x50, 0x32, 0x39, 0x31, 0x30, 0x31, 0xaa);
  const data = Uint8Array.of(0xaa);
  assert.deepEqual(parseCrt571Answer(body), {
    kind: "positive",
    card: 0x31,
    stacker: 0x30,
    bin: 0x31,
    data,
  });
  assert.ok(answers571(body, EJECT));
});

Deno.test("parseCrt571Answer() takes E and N, with the parameter and without it", () => {
  const code = [0x31, 0x30];
  for (const type of [0x45, 0x4e]) {
    for (const head of [[type, 0x32, 0x39], [type, 0x32]]) {
      const body = Uint8Array.of(...head, ...code);
      const answer = parseCrt571Answer(body);
      assert.equal(answer?.kind === "negative" ? answer.code : "", "10");
      assert.ok(answers571(body, EJECT));
    }
  }
});

Deno.test("answers to another command are not taken", () => {
  const status = Uint8Array.of(0x50, 0x31, 0x30, 0x30, 0x30, 0x30);
  assert.ok(!answers571(status, EJECT));
  assert.equal(parseCrt310Answer(Uint8Array.of(0x31, 0x30, 0x4e), [0x32, 0x30]), null);
  assert.equal(parseCrt310Answer(Uint8Array.of(0x4e, 0x31, 0x02), [0x32, 0x30]), null);
});

Deno.test("a body too short to be an answer is none", () => {
  for (const type of [0x50, 0x45, 0x4e, 0x00]) {
    for (const length of [0, 1, 2, 3]) {
      assert.equal(parseCrt571Answer(Uint8Array.of(type, 0x32, 0x39).slice(0, length)), null);
    }
  }
  assert.equal(parseCrt571Answer(Uint8Array.of(0x50, 0x32, 0x39, 0x31, 0x30)), null);
  assert.equal(parseCrt310Answer(Uint8Array.of(0x32), [0x32, 0x30]), null);
});

Deno.test("parseCrt310Answer() takes error numbers as bytes and as digits, by the length", () => {
  const bodies = [[0x4e, 0x32, 0x06], [0x4e, 0x32, 0x36], [0x4e, 0x06], [0x4e, 0x36]];
  for (const body of bodies) {
    assert.deepEqual(parseCrt310Answer(Uint8Array.from(body), [0x32, 0x30]), {
      kind: "negative",
      code: 6,
    });
  }
});
