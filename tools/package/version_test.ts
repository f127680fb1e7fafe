import assert from "node:assert/strict";
import type { ReleaseManifest } from "../../server/platform/release/manifest.ts";
import { packageVersion, uosVersion } from "./version.ts";

Deno.test("packageVersion() puts a pre-release before its release", () => {
  assert.equal(packageVersion("1.2.3"), "1.2.3");
  assert.equal(packageVersion("1.2.3-rc1"), "1.2.3~rc1");
  assert.throws(() => packageVersion("v1_2"), /Cannot package version "v1_2"/);
});

Deno.test("uosVersion() is four numbers, the last the release's counter", () => {
  const manifest = { version: "1.2.3-rc1", counter: 9 } as ReleaseManifest;
  assert.equal(uosVersion(manifest), "1.2.3.9");
  assert.throws(() => uosVersion({ ...manifest, version: "1.2" }), /expected 1\.2\.3/);
});
