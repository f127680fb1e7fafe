import assert from "node:assert/strict";
import { ownFile, RELEASE } from "./release.ts";

Deno.test("RELEASE is the one version of the project, from source", () => {
  assert.match(RELEASE.version, /^\d+\.\d+\.\d+$/);
  assert.equal(RELEASE.form, "source");
  assert.equal(RELEASE.commit, null);
});

Deno.test("ownFile() finds from source what a release keeps in its folders", async () => {
  for (
    const path of [
      "share/fonts/noto-sans-sc-chinese-simplified-400-normal.woff",
      "share/pglite/pglite.wasm",
      "share/pglite/initdb.wasm",
      "share/pglite/pglite.data",
      "share/reference/swagger-ui-bundle.js",
      "share/reference/swagger-ui.css",
      "share/simulators/sdf.c",
      "main.ts",
      "deno.lock",
    ]
  ) {
    assert.equal((await Deno.stat(ownFile(path))).isFile, true, path);
  }
  assert.equal((await Deno.stat(ownFile("share/simulators/"))).isDirectory, true);
});
