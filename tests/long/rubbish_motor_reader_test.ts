import assert from "node:assert/strict";
import { parseCrt310Answer } from "../../ffi/motor_reader/crt310_answer.ts";
import { openCrt310 } from "../../ffi/motor_reader/crt310.ts";
import { answers571, parseCrt571Answer } from "../../ffi/motor_reader/crt571_answer.ts";
import { openCrt571 } from "../../ffi/motor_reader/crt571.ts";
import {
  BODY_BYTES_MAX,
  encodeFrame,
  FrameReader,
  type FrameShape,
} from "../../ffi/motor_reader/crt_frame.ts";
import type { CommandOptions } from "../../ffi/contract.ts";
import { type ByteLine, LineError } from "../../ffi/line.ts";
import { linePair } from "../../ffi/line_pair.ts";
import { seededRandom } from "../random.ts";

/** Whatever a reader's line brings, nothing throws, nothing hangs, and nothing is believed. */

const INPUTS = 200_000;
const CONVERSATIONS = 150;
const PIECE_BYTES_MAX = 4096;
const SHAPES: readonly FrameShape[] = [
  { start: 0xf2, address: 0 },
  { start: 0x02, address: null },
];

Deno.test("rubbish on the line gives only whole frames, and little of it is kept", () => {
  const random = seededRandom(571);
  for (const shape of SHAPES) {
    const reader = new FrameReader(shape);
    for (let input = 0; input < INPUTS; input++) {
      reader.push(piece(random, shape));
      let tokens = 0;
      for (let token = reader.next(); token; token = reader.next()) {
        tokens++;
        if (token.kind !== "frame") continue;
        assert.ok(token.body.length > 0 && token.body.length <= BODY_BYTES_MAX);
      }
      assert.ok(tokens <= PIECE_BYTES_MAX + BODY_BYTES_MAX);
      if (random() < 0.01) reader.clear();
    }
    reader.clear();
    const body = Uint8Array.of(0x50, 1, 2, 3, 4, 5);
    reader.push(encodeFrame(shape, body));
    assert.deepEqual(reader.next(), { kind: "frame", body });
  }
});

Deno.test("any body is an answer with all its parts or none", () => {
  const random = seededRandom(310);
  const wanted = { command: 0x32, parameter: 0x39 };
  for (let input = 0; input < INPUTS; input++) {
    const body = bytes(random, Math.floor(random() * 12));
    if (random() < 0.5) body.set([random() < 0.5 ? 0x50 : 0x4e, 0x32, 0x39].slice(0, body.length));
    const answer = parseCrt571Answer(body);
    if (answer?.kind === "negative") assert.equal(answer.code.length, 2);
    if (answers571(body, wanted)) assert.equal(body[1], wanted.command);
    const other = parseCrt310Answer(body, [0x32, 0x39]);
    if (other?.kind === "positive") assert.equal(other.data.length, body.length - 2);
  }
});

for (
  const [name, open, shape] of [["CRT-571", openCrt571, SHAPES[0]], [
    "CRT-310",
    openCrt310,
    SHAPES[1],
  ]] as const
) {
  Deno.test(`${name}: a driver that hears rubbish moves on in bounded time`, async () => {
    const random = seededRandom(99);
    await using reader = await open({
      openLine: () => Promise.resolve(rubbishLine(random, shape)),
      keepMovement: () => Promise.resolve(),
      waits: { ackMs: 1, answerMs: 1, gapMs: 1, moveMs: 1 },
      statusPeriodMs: 1,
      backOffMs: [1],
    });
    for (let round = 0; round < CONVERSATIONS; round++) {
      const { device } = await reader.status();
      assert.ok(["online", "offline", "hardware_error"].includes(device));
      assert.match((await reader.retain(patiently())).kind, /done|failed/);
      assert.match((await reader.eject(patiently())).kind, /done|failed/);
    }
  });
}

/** The other end answers whatever it hears with rubbish that often looks like answers. */
function rubbishLine(random: () => number, shape: FrameShape | undefined): ByteLine {
  const [host, device] = linePair("rubbish");
  void babble(device, random, shape);
  return host;
}

async function babble(
  device: ByteLine,
  random: () => number,
  shape: FrameShape | undefined,
): Promise<void> {
  try {
    while (true) {
      const heard = await device.read({ timeoutMs: 60_000 });
      if (!heard || !shape) continue;
      await device.write(Uint8Array.of(0x06), { timeoutMs: 1_000 });
      const echo = heard.slice(shape.address === null ? 3 : 4, -2);
      if (shape.address !== null && echo.length > 0) echo[0] = random() < 0.5 ? 0x50 : 0x4e;
      const body = Uint8Array.of(...echo, ...bytes(random, Math.floor(random() * 8)));
      const frame = body.length > 0 ? encodeFrame(shape, body.slice(0, BODY_BYTES_MAX)) : body;
      await device.write(random() < 0.3 ? piece(random, shape) : frame, { timeoutMs: 1_000 });
    }
  } catch (thrown) {
    if (!(thrown instanceof LineError)) throw thrown;
  }
}

/** Random, mutated, cut and long pieces. */
function piece(random: () => number, shape: FrameShape): Uint8Array {
  const kind = random();
  if (kind < 0.4) return bytes(random, Math.floor(random() * 24));
  if (kind < 0.401) return bytes(random, PIECE_BYTES_MAX);
  const frame = encodeFrame(shape, bytes(random, 1 + Math.floor(random() * 24)));
  if (kind < 0.6) return frame;
  if (kind < 0.8) return frame.slice(0, Math.floor(random() * frame.length));
  const at = Math.floor(random() * frame.length);
  frame[at] = Math.floor(random() * 256);
  return frame;
}

function bytes(random: () => number, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

function patiently(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: 60_000 };
}
