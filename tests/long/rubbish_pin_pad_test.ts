/** Whatever bytes a PIN pad sends, its parsers answer or wait; nothing breaks, hangs or piles up. */
import assert from "node:assert/strict";
import { asciiBytes, type PadInput, type PadParser } from "../../ffi/pin_pad/frame.ts";
import { encodeKmyCommand, KmyParser } from "../../ffi/pin_pad/kmy_frame.ts";
import { XzParser } from "../../ffi/pin_pad/xz_frame.ts";
import { encodeZt598Command, Zt598Parser } from "../../ffi/pin_pad/zt598_frame.ts";
import { linePair } from "../../ffi/line_pair.ts";
import { LineError } from "../../ffi/line.ts";
import { MAKES } from "../../sandbox/devices/pin_pad/testing/rigs.ts";
import { seededRandom } from "../random.ts";

const INPUTS = 100_000;
const QUERIES = 30;
const random = seededRandom(20_100_404);

interface Make {
  newParser(): PadParser;
  /** Frames of the pad: for KMY and ZT598 of the same form as the host's. */
  readonly frames: readonly Uint8Array[];
  /** A frame without a checksum can be changed into another one. */
  readonly hasChecksum: boolean;
}

const PARSERS: Readonly<Record<string, Make>> = {
  KMY: {
    newParser: () => new KmyParser(),
    frames: [[], [1, 2, 3, 4, 5, 6, 7, 8], Array.from({ length: 240 }, (_, at) => at)]
      .map((data) => encodeKmyCommand(0x04, Uint8Array.from(data))),
    hasChecksum: true,
  },
  ZT598: {
    newParser: () => new Zt598Parser(),
    frames: ["a", "a0000D664C07BA219562A239841632F092577", `a${"F0".repeat(500)}`]
      .map((body) => encodeZt598Command(asciiBytes(body))),
    hasChecksum: true,
  },
  XZ: {
    newParser: () => new XzParser(),
    frames: [[], [1, 0, 1, 1, 1, 1, 1, 0], Array.from({ length: 300 }, (_, at) => at & 0xff)]
      .map((data) => Uint8Array.of(0x02, 0x53, data.length >> 8, data.length & 0xff, ...data)),
    hasChecksum: false,
  },
};

for (const [name, { newParser, frames, hasChecksum }] of Object.entries(PARSERS)) {
  Deno.test(`PIN pad ${name}: ${INPUTS} malformed inputs`, () => {
    const good = frames.map((frame) => {
      const [input] = newParser().push(frame);
      assert.equal(input?.kind, "reply");
      return input;
    });
    const kinds = new Map<string, number>();
    const lasting = newParser();
    for (let input = 0; input < INPUTS; input++) {
      // The last one is long.
      const at = random() < 0.05 ? frames.length - 1 : below(frames.length - 1);
      const bytes = mutate(frames[at] ?? new Uint8Array());
      const parser = newParser();
      for (const { kind } of inPieces(parser, bytes)) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      // No frame but a whole one comes out, and none that was changed goes unnoticed.
      if (hasChecksum && bytes.length === frames[at]?.length) {
        const replies = newParser().push(bytes).filter(({ kind }) => kind === "reply");
        for (const reply of replies) assert.deepEqual(reply, good[at]);
      }
      parser.reset();
      assert.deepEqual(parser.push(frames[at] ?? bytes), [good[at]]);
      assert.ok(lasting.push(bytes).length <= bytes.length);
    }
    for (const kind of ["reply", "bad_frame", "key"]) {
      assert.ok((kinds.get(kind) ?? 0) > INPUTS / 100, JSON.stringify([...kinds]));
    }
  });
}

for (const [name, { open }] of Object.entries(MAKES)) {
  Deno.test(`PIN pad ${name}: a driver that gets rubbish for answers goes on`, async () => {
    const [host, device] = linePair();
    const answering = answerRubbish(device, PARSERS[name]?.frames ?? []);
    const pad = await open({ openLine: () => Promise.resolve(host), replyWaitMs: 2 });
    for (let query = 0; query < QUERIES; query++) {
      const { signal } = new AbortController();
      const identified = await pad.identify({ signal, timeoutMs: 1_000 });
      if (identified.kind === "done") continue;
      assert.match(identified.reason, /^(offline|hardware_error|timeout)$/);
    }
    await pad[Symbol.asyncDispose]();
    await answering;
  });
}

async function answerRubbish(
  device: ReturnType<typeof linePair>[number],
  frames: readonly Uint8Array[],
): Promise<void> {
  try {
    for (;;) {
      await device.read({ timeoutMs: 60_000 });
      await device.write(mutate(frames[below(frames.length)] ?? new Uint8Array(1)), {
        timeoutMs: 1_000,
      });
    }
  } catch (thrown) {
    if (!(thrown instanceof LineError)) throw thrown;
  }
}

function inPieces(parser: PadParser, bytes: Uint8Array): readonly PadInput[] {
  const cut = below(bytes.length + 1);
  return [...parser.push(bytes.subarray(0, cut)), ...parser.push(bytes.subarray(cut))];
}

function mutate(good: Uint8Array): Uint8Array {
  const bytes = good.slice();
  switch (below(7)) {
    case 0:
      return bytes.subarray(0, below(bytes.length));
    case 1:
      return new Uint8Array(below(60)).map(() => below(256));
    case 2: {
      const at = below(bytes.length + 1);
      return Uint8Array.of(...bytes.subarray(0, at), below(256), ...bytes.subarray(at));
    }
    case 3:
      return Uint8Array.of(0x2a, ...bytes, 0x0d, ...bytes.subarray(0, below(8)));
    case 4:
      // Frames that begin and do not go on as they should.
      return new Uint8Array(1 + below(40)).map(() => [0x02, 0x30, 0x53, 0x03][below(4)] ?? 0);
    default:
      bytes[below(bytes.length)] = below(256);
      return bytes;
  }
}

function below(limit: number): number {
  return Math.floor(random() * limit);
}
