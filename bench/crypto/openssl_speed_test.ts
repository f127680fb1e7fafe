import assert from "node:assert/strict";
import { readRates, sm2Run, symmetricRun } from "./openssl_speed.ts";

Deno.test("readRates() reads bytes per second as calls per second", () => {
  const run = symmetricRun("sm4_cbc_encrypt", 65_536);
  assert.ok(run !== null);
  const said = "+DT:SM4-CBC:1:65536\n+R:1856:SM4-CBC:1.0\n+H:65536\n+F:25:SM4-CBC:121634816.00\n";
  assert.deepEqual(readRates(said, run), [
    { deed: "sm4_cbc_encrypt", bytes: 65_536, callsPerSecond: 1_856 },
  ]);
  assert.deepEqual(readRates("+H:64\n+F:9:hmac(sm3):64000.00\n", run)?.length, 1);
});

Deno.test("readRates() reads signatures and verifications of one run", () => {
  const said = "+R10:2848:256:CurveSM2:1.00\n+F7:0:256:CurveSM2:2848.5:2389.0\n";
  assert.deepEqual(readRates(said, sm2Run(256)), [
    { deed: "sm2_sign", bytes: 256, callsPerSecond: 2_848.5 },
    { deed: "sm2_verify_kept_key", bytes: 256, callsPerSecond: 2_389 },
  ]);
});

Deno.test("readRates() takes no figure that is not there", () => {
  assert.equal(readRates("+H:65536\n", sm2Run(256)), null);
});
