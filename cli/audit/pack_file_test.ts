import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import assert from "node:assert/strict";
import { openPackFile } from "./pack_file.ts";

async function zipOf(files: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
  for (const [name, bytes] of Object.entries(files)) {
    await zip.add(name, new Uint8ArrayReader(bytes));
  }
  return await zip.close();
}

async function withFile(bytes: Uint8Array, work: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempFile({ suffix: ".zip" });
  try {
    await Deno.writeFile(path, bytes);
    await work(path);
  } finally {
    await Deno.remove(path);
  }
}

const RANGE = new TextEncoder().encode("{}");

Deno.test("a pack's audit folder is found and read from where it lies", async () => {
  const bytes = await zipOf({
    "E-05/audit-range.json": RANGE,
    "E-05/links-2026-11-18.ndjson": new TextEncoder().encode("one\n"),
    "E-06/other.json": RANGE,
  });
  await withFile(bytes, async (path) => {
    using folder = await openPackFile(path);
    assert.deepEqual(folder.names.toSorted(), ["audit-range.json", "links-2026-11-18.ndjson"]);
    const parts = await Array.fromAsync(folder.read("links-2026-11-18.ndjson"));
    assert.equal(new TextDecoder().decode(parts[0]), "one\n");
    assert.deepEqual(await Array.fromAsync(folder.read("none")), []);
  });
});

Deno.test("zip bombs, paths outside, broken and empty packs are refused in words", async () => {
  const bomb = await zipOf({ "audit-range.json": RANGE, "links.ndjson": new Uint8Array(1 << 25) });
  await withFile(bomb, (path) => assert.rejects(openPackFile(path), /展开后过大/));
  const outside = await zipOf({ "../audit-range.json": RANGE });
  await withFile(outside, (path) => assert.rejects(openPackFile(path), /不是可以校验的 ZIP/));
  await withFile(
    new Uint8Array(100),
    (path) => assert.rejects(openPackFile(path), /不是可以校验的 ZIP/),
  );
  await withFile(
    await zipOf({ "a.txt": RANGE }),
    (path) => assert.rejects(openPackFile(path), /没有审计链/),
  );
  await assert.rejects(openPackFile("/none.zip"), /不存在/);
});

Deno.test("a damaged entry of a pack is a failure, not an end", async () => {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, level: 0 });
  await zip.add("audit-range.json", new Uint8ArrayReader(RANGE));
  const content = new TextEncoder().encode("x".repeat(5_000));
  await zip.add("links-2026-11-18.ndjson", new Uint8ArrayReader(content));
  const damaged = await zip.close();
  damaged[damaged.indexOf(0x78, 1_000)] = 0x79;
  await withFile(damaged, async (path) => {
    await assert.rejects(async () => {
      using folder = await openPackFile(path);
      await Array.fromAsync(folder.read("links-2026-11-18.ndjson"));
    }, /读不出来|不是可以校验/);
  });
});
