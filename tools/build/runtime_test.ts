import assert from "node:assert/strict";
import { TemporaryFolder } from "../../tests/temporary_folder.ts";
import { BuildError } from "./build_error.ts";
import { findRuntime, requireDigest } from "./runtime.ts";
import { isTarget, RUNTIME, TARGETS } from "./targets.ts";

Deno.test("the runtime that is pinned is the one the tests run on", () => {
  assert.equal(RUNTIME.version, Deno.version.deno);
  for (const target of TARGETS) {
    const { sha512, executable } = RUNTIME.targets[target];
    for (const digest of [sha512, executable]) {
      assert.equal(Uint8Array.fromBase64(digest).length, 64);
    }
  }
  assert.equal(isTarget("linux-x64"), true);
  assert.equal(isTarget("windows-x64"), false);
});

Deno.test("requireDigest() refuses a runtime with other bytes", async () => {
  using folder = new TemporaryFolder();
  await Deno.writeTextFile(folder.file("a"), "abc");
  const digest = new Uint8Array(
    await crypto.subtle.digest("SHA-512", new TextEncoder().encode("abc")),
  );
  await requireDigest(folder.file("a"), digest.toBase64());
  await Deno.writeTextFile(folder.file("a"), "abd");
  await assert.rejects(requireDigest(folder.file("a"), digest.toBase64()), BuildError);
});

Deno.test("findRuntime() takes nothing from the cache that was changed there", async () => {
  using cache = new TemporaryFolder();
  const kept = cache.file(`runtime-${RUNTIME.version}-linux-arm64/package`);
  await Deno.mkdir(kept, { recursive: true });
  await Deno.writeTextFile(`${kept}/deno`, "not what npm had");
  await assert.rejects(findRuntime("linux-arm64", cache.path), {
    name: "BuildError",
    message: /^Cannot use ".*\/deno": its SHA-512 is .*==, expected OAvJ/,
  });
});
