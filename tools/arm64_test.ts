import assert from "node:assert/strict";
import { cryptoTestFiles } from "./arm64/crypto_tests.ts";
import { DEVICE_TESTS } from "./arm64/device_tests.ts";
import { packageOf } from "./arm64/debian_packages.ts";
import { ROOT } from "./source_files.ts";

Deno.test("packageOf() reads name and version of an archive as apt names it", () => {
  assert.equal(packageOf("libssl3_3.0.22-1~deb12u2_arm64.deb"), "libssl3 3.0.22-1~deb12u2");
  assert.equal(packageOf("libc6_1%3a2.36-9_arm64.deb"), "libc6 1:2.36-9");
});

Deno.test("no test that is emulated starts a second Deno, which the system could not run", async () => {
  const files = [...await cryptoTestFiles(), ...DEVICE_TESTS];
  assert.ok(files.includes("crypto/der_test.ts"));
  const texts = await Promise.all(files.map((path) => Deno.readTextFile(new URL(path, ROOT))));
  assert.deepEqual(files.filter((_, at) => texts[at]?.includes("Deno.execPath")), []);
});
