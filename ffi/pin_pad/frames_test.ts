/** Frames as devices.md §3 writes them down, byte for byte (R-DEV-08). */
import assert from "node:assert/strict";
import { asciiBytes, type PadInput, type PadParser } from "./frame.ts";
import { encodeKmyCommand, KMY_ARGUMENT_BYTES_MAX, KmyParser } from "./kmy_frame.ts";
import {
  encodeXzCommand,
  XZ_DONE,
  XZ_REPLY_DATA_BYTES_MAX,
  XZ_UNNAMED_ERROR,
  XzParser,
} from "./xz_frame.ts";
import { encodeZt598Command, ZT598_BODY_BYTES_MAX, Zt598Parser } from "./zt598_frame.ts";

const NONE = new Uint8Array(0);

Deno.test("encodeKmyCommand() writes the frames of the vendor", () => {
  const frames: readonly (readonly [number, readonly number[], string])[] = [
    [0x30, [], "02 30 31 33 30 33 31 03"],
    [0x31, [], "02 30 31 33 31 33 30 03"],
    [0x31, [0x38], "02 30 32 33 31 33 38 30 42 03"],
    [0x43, [0, 0], "02 30 33 34 33 30 30 30 30 34 30 03"],
    [0x45, [2], "02 30 32 34 35 30 32 34 35 03"],
    [0x42, [], "02 30 31 34 32 34 33 03"],
  ];
  for (const [command, args, frame] of frames) {
    assert.equal(spaced(encodeKmyCommand(command, Uint8Array.from(args))), frame);
  }
  const startPin = encodeKmyCommand(0x35, Uint8Array.of(6, 1, 1, 0, 60));
  assert.deepEqual(startPin, asciiBytes("\x020635060101003C09\x03"));
});

Deno.test("encodeZt598Command() writes the frames of the vendor", () => {
  const frames = {
    "I": "02 30 30 31 49 03 37 42",
    "5030": "02 30 30 34 35 30 33 30 03 33 31",
    "600012": "02 30 30 36 36 30 30 30 31 32 03 33 30",
    "5404": "02 30 30 34 35 34 30 34 03 33 32",
    "5506": "02 30 30 34 35 35 30 36 03 33 31",
    "o210345678901234": "02 30 31 36 6F 32 31 30 33 34 35 36 37 38 39 30 31 32 33 34 03 36 45",
  };
  for (const [body, frame] of Object.entries(frames)) {
    assert.equal(spaced(encodeZt598Command(asciiBytes(body))), frame);
  }
  const long = encodeZt598Command(new Uint8Array(999));
  assert.equal(spaced(long.subarray(0, 4)), "02 30 30 30");
});

Deno.test("encodeXzCommand() writes the frames of the vendor", () => {
  const pinBlock = Uint8Array.of(0, 3, 0, 2, 0x0f, 12, ...asciiBytes("345678901234"));
  const frames: readonly (readonly [string, Uint8Array, string])[] = [
    ["EW", NONE, "1B 45 57 00 01 08 0D 0A"],
    ["SF", NONE, "1B 53 46 00 01 0F 0D 0A"],
    ["SW", Uint8Array.of(2), "1B 53 57 00 02 02 1F 0D 0A"],
    ["RP", Uint8Array.of(4, 6, 0, 0x2a), "1B 52 50 00 05 04 06 00 2A 34 0D 0A"],
    ["CK", NONE, "1B 43 4B 00 01 12 0D 0A"],
    [
      "PB",
      pinBlock,
      "1B 50 42 00 13 00 03 00 02 0F 0C 33 34 35 36 37 38 39 30 31 32 33 34 1E 0D 0A",
    ],
  ];
  for (const [command, data, frame] of frames) {
    assert.equal(spaced(encodeXzCommand(command, data)), frame);
  }
});

Deno.test("commands that no frame holds are defects", () => {
  const tooMuch = new Uint8Array(KMY_ARGUMENT_BYTES_MAX + 1);
  assert.throws(() => encodeKmyCommand(0x36, tooMuch), RangeError);
  assert.throws(() => encodeZt598Command(new Uint8Array(ZT598_BODY_BYTES_MAX + 1)), RangeError);
  assert.throws(() => encodeXzCommand("DO", new Uint8Array(4000)), RangeError);
});

interface Make {
  readonly newParser: () => PadParser;
  readonly reply: Uint8Array;
  readonly parsed: PadInput;
  /** Bytes that are no frame, and the last of which shows it. */
  readonly bad: readonly Uint8Array[];
}

const MAKES: Readonly<Record<string, Make>> = {
  KMY: {
    newParser: () => new KmyParser(),
    reply: asciiBytes("\x020304ABCD61\x03"),
    parsed: replyOf(0x04, Uint8Array.of(0xab, 0xcd)),
    bad: [
      asciiBytes("\x020304ABCD62\x03"),
      asciiBytes("\x020204ABCD60\x03"),
      asciiBytes("\x020\x03"),
      asciiBytes("\x02\x03"),
      asciiBytes("\x0201*"),
      asciiBytes("\x0203\x02").subarray(0, 4),
      asciiBytes("\x02" + "0".repeat(515)),
    ],
  },
  ZT598: {
    newParser: () => new Zt598Parser(),
    reply: Uint8Array.of(0x02, 0x30, 0x30, 0x33, 0x61, 0x41, 0x42, 0x03, 0x35, 0x32),
    parsed: replyOf(0x61, asciiBytes("AB")),
    bad: [
      Uint8Array.of(0x02, 0x30, 0x30, 0x33, 0x61, 0x41, 0x42, 0x03, 0x35, 0x33),
      Uint8Array.of(0x02, 0x30, 0x30, 0x33, 0x61, 0x41, 0x42, 0x04),
      asciiBytes("\x0200a"),
      asciiBytes("\x02000\x0333"),
    ],
  },
  XZ: {
    newParser: () => new XzParser(),
    reply: Uint8Array.of(0x02, 0x53, 0x00, 0x02, 0xab, 0x02),
    parsed: replyOf(XZ_DONE, Uint8Array.of(0xab, 0x02)),
    bad: [
      Uint8Array.of(0x02, 0x54),
      Uint8Array.of(
        0x02,
        0x53,
        (XZ_REPLY_DATA_BYTES_MAX + 1) >> 8,
        (XZ_REPLY_DATA_BYTES_MAX + 1) & 0xff,
      ),
    ],
  },
};

for (const [name, { newParser, reply, parsed, bad }] of Object.entries(MAKES)) {
  Deno.test(`${name} parser: a reply is found wherever the reads were cut`, () => {
    for (let cut = 0; cut <= reply.length; cut++) {
      const parser = newParser();
      const inputs = [...parser.push(reply.subarray(0, cut)), ...parser.push(reply.subarray(cut))];
      assert.deepEqual(inputs, [parsed]);
    }
    const parser = newParser();
    const inputs = [...reply].flatMap((byte) => [...parser.push(Uint8Array.of(byte))]);
    assert.deepEqual(inputs, [parsed]);
  });

  Deno.test(`${name} parser: keys come between frames and in front of a reply`, () => {
    const bytes = Uint8Array.of(0x2a, 0x2a, ...reply, 0x0d, ...reply);
    assert.deepEqual(newParser().push(bytes), [
      { kind: "key", byte: 0x2a },
      { kind: "key", byte: 0x2a },
      parsed,
      { kind: "key", byte: 0x0d },
      parsed,
    ]);
  });

  Deno.test(`${name} parser: a digit in clear loses its value`, () => {
    assert.deepEqual(newParser().push(asciiBytes("7")), [{ kind: "plain_digit" }]);
  });

  Deno.test(`${name} parser: a bad frame is told, and the next one is read`, () => {
    for (const bytes of bad) {
      const parser = newParser();
      assert.deepEqual(parser.push(bytes).slice(0, 1), [{ kind: "bad_frame" }]);
      parser.reset();
      assert.deepEqual(parser.push(reply), [parsed]);
    }
  });
}

Deno.test("XZ parser: an error is its status, named or not", () => {
  const parser = new XzParser();
  assert.deepEqual(parser.push(Uint8Array.of(0x02, 0x45, 0, 1, 0x0e)), [
    replyOf(0x0e, Uint8Array.of(0x0e)),
  ]);
  assert.deepEqual(parser.push(Uint8Array.of(0x02, 0x45, 0, 0)), [
    replyOf(XZ_UNNAMED_ERROR, NONE),
  ]);
});

Deno.test("ZT598 parser: a long reply ends at its 03", () => {
  const body = [0x61, ...asciiBytes("A".repeat(1200))];
  const summed = [0x30, 0x30, 0x30, ...body, 0x03];
  const sum = summed.reduce((left, right) => left ^ right, 0).toString(16).padStart(2, "0");
  const inputs = new Zt598Parser().push(Uint8Array.of(0x02, ...summed, ...asciiBytes(sum)));
  assert.deepEqual(inputs, [replyOf(0x61, asciiBytes("A".repeat(1200)))]);
});

function replyOf(status: number, data: Uint8Array): PadInput {
  return { kind: "reply", reply: { status, data } };
}

function spaced(frame: Uint8Array): string {
  return [...frame].map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ");
}
