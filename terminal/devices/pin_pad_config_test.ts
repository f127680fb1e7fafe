import assert from "node:assert/strict";
import { ZT598_PROFILE } from "../../ffi/pin_pad/zt598_profile.ts";
import { padKeysOf, slotsOf } from "./pad_register.ts";
import { kmyProfileOf, pinPad, xzProfileOf, zt598ProfileOf } from "./pin_pad_config.ts";

const PATH = "/dev/kiosk/epp";

Deno.test("a pad's configuration changes what it names of the profile, and nothing else", () => {
  const plain = pinPad.parse({ driver: "zt598", path: PATH });
  assert.ok(plain.driver === "zt598");
  assert.deepEqual(zt598ProfileOf(plain), ZT598_PROFILE);
  const own = pinPad.parse({ driver: "zt598", path: PATH, mac_data: "hex", clear: "backspace" });
  assert.ok(own.driver === "zt598");
  const { macData, keys, model } = zt598ProfileOf(own);
  assert.deepEqual([macData, keys.clear, model], ["hex", "backspace", ZT598_PROFILE.model]);
});

Deno.test("own key bytes stand beside the usual ones, however they are written", () => {
  const own = pinPad.parse({ driver: "kmy", path: PATH, key_bytes: { "1a": "cancel" } });
  assert.ok(own.driver === "kmy");
  const { byByte } = kmyProfileOf(own).keys;
  assert.deepEqual([byByte["1A"], byByte["2A"]], ["cancel", "digit"]);
});

Deno.test("a pad that counts its keys otherwise is told so", () => {
  const own = pinPad.parse({ driver: "xz_f35", path: PATH, first_key_id: 8 });
  assert.ok(own.driver === "xz_f35");
  assert.equal(xzProfileOf(own).firstKeyId, 8);
  assert.throws(() => pinPad.parse({ driver: "xz_f35", path: PATH, first_key_id: -1 }));
});

Deno.test("a pad's register says which slot holds which key (R-DEV-10)", () => {
  const keys = { algorithm: "sm4", master: 0, pin: 1, mac: 2 };
  const own = pinPad.parse({ driver: "kmy", path: PATH, keys });
  assert.ok(own.keys);
  assert.deepEqual(slotsOf(own.keys).map(({ slot, purpose, under }) => [slot, purpose, under]), [
    [0, "key_encryption", null],
    [1, "pin", 0],
    [2, "mac", 0],
  ]);
  assert.deepEqual(padKeysOf(own.keys).mac, { slot: 2, method: "sm4_cbc" });
  assert.deepEqual(slotsOf(undefined), []);
});

Deno.test("a pad's register cannot have one slot twice, or a long SM4 key", () => {
  const keys = { algorithm: "sm4", master: 0, pin: 1, mac: 1 };
  assert.throws(() => pinPad.parse({ driver: "kmy", path: PATH, keys }));
  const long = { ...keys, mac: 2, key_bytes: 24 };
  assert.throws(() => pinPad.parse({ driver: "kmy", path: PATH, keys: long }));
});
