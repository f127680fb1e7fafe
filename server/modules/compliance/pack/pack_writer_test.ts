import assert from "node:assert/strict";
import { testProvider } from "../../../../tests/sealer.ts";
import { PackWriter } from "./pack_writer.ts";
import { requireFileName } from "./file_name.ts";

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(new TextEncoder().encode(text));
}

async function zipOf(files: Record<string, string[]>): Promise<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = new PackWriter({
    out: writable,
    provider: testProvider(),
    day: "2026-11-18",
    signal: new AbortController().signal,
  });
  const reading = new Response(readable).bytes();
  for (const [name, texts] of Object.entries(files)) await writer.add(name, pieces(...texts));
  await writer.close();
  return await reading;
}

Deno.test("PackWriter writes the same bytes for the same content, however it is cut", async () => {
  const long = "审计".repeat(400_000);
  const whole = await zipOf({ "E-01-a.csv": [long], "b.txt": ["x"] });
  const cut = await zipOf({
    "E-01-a.csv": long.match(/[^]{1,999}/g) ?? [],
    "b.txt": ["x"],
  });
  assert.deepEqual(whole, cut);
});

Deno.test("PackWriter keeps SM3 and size of each file, and takes no name twice", async () => {
  const writer = new PackWriter({
    out: new WritableStream(),
    provider: testProvider(),
    day: "2026-11-18",
    signal: new AbortController().signal,
  });
  const { sm3, size } = await writer.add("a.txt", pieces("a", "b", "c"));
  // GB/T 32905-2016 annex A.1.
  assert.equal(sm3.toHex(), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
  assert.equal(size, 3);
  await assert.rejects(writer.add("a.txt", pieces("d")), RangeError);
});

Deno.test("PackWriter stops in the middle of a file when it is given up", async () => {
  const over = new AbortController();
  const writer = new PackWriter({
    out: new WritableStream(),
    provider: testProvider(),
    day: "2026-11-18",
    signal: over.signal,
  });
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (let at = 0;; at++) {
      if (at === 20) over.abort();
      yield await Promise.resolve(new Uint8Array(100_000));
    }
  }
  await assert.rejects(writer.add("a.bin", endless()));
});

Deno.test("names of files cannot lead out of the pack", () => {
  const bad = [
    "../a",
    "..",
    "/etc/passwd",
    "a/b",
    "E-01/../../x",
    "E-01/a/b",
    "E-01\\a",
    "C:a",
    "",
    ".hidden",
    "a..b",
    "a\0b",
    "机构.csv",
    "a b",
    "-rf",
    "x".repeat(101),
  ];
  for (const name of bad) assert.throws(() => requireFileName(name), RangeError, name);
  for (const name of ["E-01-accounts.csv", "E-04/links-2026-11-18.ndjson", "MANIFEST"]) {
    assert.equal(requireFileName(name), name);
  }
});
