import assert from "node:assert/strict";
import iconv from "iconv-lite";
import { PaperRoll, textOfSheet } from "./paper_roll.ts";

Deno.test("PaperRoll wraps Chinese text by two cells a character", () => {
  const roll = new PaperRoll({ columns: 8, lines: 100 });
  roll.write(bytesOf([0x1b, 0x40, 0x1c, 0x26], "药品费用合计", [0x0a]));
  const [sheet] = roll.sheets;
  assert.equal(sheet && textOfSheet(sheet), "药品费用\n合计");
});

Deno.test("PaperRoll draws large and bold runs, alignment and a QR code", () => {
  const roll = new PaperRoll({ columns: 48, lines: 100 });
  roll.write(bytesOf(
    [0x1b, 0x40, 0x1c, 0x26, 0x1b, 0x61, 1, 0x1d, 0x21, 0x11, 0x1b, 0x45, 1],
    "缴费",
    [0x0a, 0x1d, 0x28, 0x6b, 3, 0, 0x31, 0x43, 6],
    [
      0x1d,
      0x28,
      0x6b,
      5,
      0,
      0x31,
      0x50,
      0x30,
      0x41,
      0x31,
      0x1d,
      0x28,
      0x6b,
      3,
      0,
      0x31,
      0x51,
      0x30,
    ],
    [0x1d, 0x56, 0x42, 0],
  ));
  assert.deepEqual(roll.sheets, [{
    id: 1,
    cut: true,
    lines: [
      {
        kind: "text",
        align: "center",
        runs: [{ text: "缴费", bold: true, width: 2, height: 2 }],
      },
      { kind: "qr", align: "center", text: "A1", dots: 6 },
    ],
  }]);
});

Deno.test("PaperRoll shows Chinese bytes as question marks outside Chinese mode", () => {
  const roll = new PaperRoll({ columns: 48, lines: 100 });
  roll.write(bytesOf([0x1b, 0x40], "药", [0x0a]));
  const [sheet] = roll.sheets;
  assert.equal(sheet && textOfSheet(sheet), "??");
});

Deno.test("PaperRoll stops at the end of the paper and leaves an uncut sheet", () => {
  const roll = new PaperRoll({ columns: 48, lines: 1 });
  assert.equal(roll.write(bytesOf("one\ntwo\n")), false);
  assert.equal(roll.linesLeft, 0);
  assert.equal(roll.sheets[0]?.cut, false);
  assert.equal(roll.sheets[0] && textOfSheet(roll.sheets[0]), "one");
});

Deno.test("PaperRoll survives any bytes", () => {
  const roll = new PaperRoll({ columns: 48, lines: 1_000_000 });
  let seed = 7;
  for (let round = 0; round < 300; round++) {
    const bytes = Uint8Array.from({ length: 64 }, () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed >> 16 & 0xff;
    });
    assert.equal(roll.write(bytes), true);
  }
});

function bytesOf(...parts: (string | number[])[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) => typeof part === "string" ? [...iconv.encode(part, "gbk")] : part),
  );
}
