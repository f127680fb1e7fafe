import assert from "node:assert/strict";
import { piecesOf } from "./command_lengths.ts";
import { rasterImage } from "./raster.ts";

Deno.test("piecesOf() gives back all bytes in their order", () => {
  const slip = slipOf(["hello", 0x0a], ["\x1b@", "\x1ba\x01"], ["x".repeat(50)]);
  const pieces = [...piecesOf(slip, 7)];
  assert.deepEqual(Uint8Array.from(pieces.flatMap((piece) => [...piece])), slip);
  assert.ok(pieces.every((piece) => piece.length <= 7));
});

Deno.test("piecesOf() never cuts a command, however long it is", () => {
  const commands = [
    rasterImage({ bits: new Uint8Array(900), width: 8, height: 900 }),
    slipOf(["\x1d(k", 7, 0, "1P0ABCD"]),
    slipOf(["\x1dVB", 0]),
    slipOf(["\x1dV", 0]),
    slipOf(["\x1bd", 4]),
    slipOf(["\x1b*", 33, 2, 0, 1, 2, 3, 4, 5, 6]),
    slipOf(["\x1d!", 17]),
    slipOf(["\x1dk", 73, 3, "{BA"]),
    slipOf([0xd0, 0xa1]),
    slipOf(["\x1c&"]),
  ];
  // Cut after every byte where that is allowed, so a piece is one command.
  const slip = Uint8Array.from(commands.flatMap((command) => [...command]));
  const starts = commands.map((_, index) =>
    commands.slice(0, index).reduce((sum, { length }) => sum + length, 0)
  );
  let at = 0;
  const cuts = new Set([0]);
  for (const piece of piecesOf(slip, 1)) cuts.add(at += piece.length);
  for (const start of starts) assert.ok(cuts.has(start), `a command begins at ${start}`);
  const rasterCuts = [...cuts].filter((cut) => cut < (commands[0]?.length ?? 0));
  assert.deepEqual(rasterCuts, [0, 264, 528, 792], "one piece for each raster command");
  assert.equal(cuts.size, commands.length + 3 + 1);
});

Deno.test("piecesOf() survives a command that is cut off", () => {
  for (const slip of ["\x1d", "\x1dv0", "\x1d(k", "\x1b", "\x10", "\x1dk", "\x1b*"]) {
    assert.deepEqual([...piecesOf(slipOf([slip]), 100)], [slipOf([slip])]);
  }
});

function slipOf(...parts: (string | number)[][]): Uint8Array {
  return Uint8Array.from(
    parts.flat().flatMap((part) =>
      typeof part === "number" ? [part] : [...part].map((character) => character.charCodeAt(0))
    ),
  );
}
