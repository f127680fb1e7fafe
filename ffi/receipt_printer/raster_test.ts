import assert from "node:assert/strict";
import { rasterImage } from "./raster.ts";

Deno.test("rasterImage() writes the measures of what it prints, lowest byte first", () => {
  const command = rasterImage({
    bits: Uint8Array.of(0x80, 0x01, 0xff, 0xff),
    width: 16,
    height: 2,
  });
  assert.equal(command.toHex(), "1d763000" + "0200" + "0200" + "8001ffff");
});

Deno.test("rasterImage() prints nothing behind the width", () => {
  const command = rasterImage({ bits: Uint8Array.of(0xff, 0xff), width: 11, height: 1 });
  assert.deepEqual([...command.subarray(8)], [0xff, 0xe0]);
});

Deno.test("rasterImage() cuts a tall picture into commands of 256 rows", () => {
  const height = 600;
  const bits = Uint8Array.from({ length: height }, (_, row) => row & 0xff);
  const commands = rasterImage({ bits, width: 8, height });
  const rows: number[] = [];
  const printed: number[] = [];
  for (let at = 0; at < commands.length;) {
    const count = (commands[at + 6] ?? 0) + 256 * (commands[at + 7] ?? 0);
    rows.push(count);
    printed.push(...commands.subarray(at + 8, at + 8 + count));
    at += 8 + count;
  }
  assert.deepEqual(rows, [256, 256, 88]);
  assert.deepEqual(Uint8Array.from(printed), bits);
});

Deno.test("rasterImage() refuses what is no picture", () => {
  const pictures = [
    { bits: new Uint8Array(0), width: 0, height: 0 },
    { bits: new Uint8Array(1), width: 9, height: 1 },
    { bits: new Uint8Array(105), width: 840, height: 1 },
    { bits: new Uint8Array(1), width: 1.5, height: 1 },
  ];
  for (const picture of pictures) {
    assert.throws(() => rasterImage(picture), RangeError, JSON.stringify(picture));
  }
});
