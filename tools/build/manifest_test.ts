import assert from "node:assert/strict";
import { Sm3 } from "../../crypto/sm3.ts";
import { checkRelease } from "../../server/platform/release/check_release.ts";
import {
  makeReleaseFolder,
  makeSigner,
  manifestOf,
  RELEASED_FILES,
} from "../../tests/release_folder.ts";
import { type ReleaseFacts, writeManifest } from "./manifest.ts";

const { files: FILES, format: _format, product: _product, ...FACTS } = manifestOf(RELEASED_FILES);

Deno.test("writeManifest() says of every file what is there, always in the same bytes", async () => {
  using folder = await makeReleaseFolder();
  using again = await makeReleaseFolder();
  // What an earlier build left counts for nothing.
  await again.release({ version: "0.0.1" });
  await writeManifest(folder.path, FACTS);
  await writeManifest(again.path, FACTS);
  const text = await folder.read("manifest.json");
  assert.equal(await again.read("manifest.json"), text);
  const manifest = JSON.parse(text);
  assert.deepEqual(manifest, { format: 1, product: "yikatong", ...FACTS, files: manifest.files });
  assert.deepEqual(manifest.files, FILES.toSorted((a, b) => a.path < b.path ? -1 : 1));
});

Deno.test("what writeManifest() writes verifies once it is signed", async () => {
  using folder = await makeReleaseFolder();
  const build = makeSigner("build");
  await writeManifest(folder.path, FACTS);
  const bytes = new TextEncoder().encode(await folder.read("manifest.json"));
  await folder.write("manifest.sig.json", JSON.stringify([build.sign(bytes)]));
  const { troubles } = await checkRelease({
    folder: folder.path,
    trusted: [build],
    newDigest: () => new Sm3(),
    counterMin: FACTS.counter,
    installedAt: new Date(FACTS.created),
  });
  assert.deepEqual(troubles, []);
});

Deno.test("writeManifest() refuses links, paths of other systems and facts that are none", async () => {
  using folder = await makeReleaseFolder();
  await Deno.symlink("app.js", `${folder.path}/lib/link.js`);
  await assert.rejects(writeManifest(folder.path, FACTS), /"lib\/link\.js": expected a plain file/);
  await Deno.remove(`${folder.path}/lib/link.js`);
  await folder.write("lib/APP.js", "");
  await assert.rejects(writeManifest(folder.path, FACTS), /are one on some systems/);
  await Deno.remove(`${folder.path}/lib/APP.js`);
  const facts: ReleaseFacts[] = [
    { ...FACTS, counter: 0 },
    { ...FACTS, created: "2026-11-20" },
    { ...FACTS, version: "" },
    { ...FACTS, minGlibc: "two" },
  ];
  for (const wrong of facts) {
    await assert.rejects(writeManifest(folder.path, wrong), /^Error: Cannot write the manifest: /);
  }
  await assert.rejects(Deno.stat(`${folder.path}/manifest.json`), Deno.errors.NotFound);
});
