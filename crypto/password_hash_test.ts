import assert from "node:assert/strict";
import { hashPassword, passwordFits } from "./password_hash.ts";
import { pbkdf2HmacSm3 } from "./sm3.ts";

Deno.test("hashPassword() is PBKDF2-HMAC-SM3 as our own code computes it", async () => {
  const kept = await hashPassword("口令 Passw0rd", { iterations: 1_000 });
  const own = pbkdf2HmacSm3(new TextEncoder().encode("口令 Passw0rd"), kept.salt, 1_000, 32);
  assert.equal(kept.hash.toHex(), own.toHex());
});

Deno.test("passwordFits() takes the password and nothing else, however it was composed", async () => {
  const kept = await hashPassword("\u00e9cole-42-Xyz", { iterations: 1_000 });
  assert.equal(await passwordFits("e\u0301cole-42-Xyz", kept), true);
  assert.equal(await passwordFits("ecole-42-Xyz", kept), false);
  assert.equal(await passwordFits("", kept), false);
  assert.equal(await passwordFits("\u00e9cole-42-Xyz", { ...kept, iterations: 1_001 }), false);
});

Deno.test("hashPassword() salts: equal passwords are kept differently", async () => {
  const [one, other] = await Promise.all([
    hashPassword("same", { iterations: 1_000 }),
    hashPassword("same", { iterations: 1_000 }),
  ]);
  assert.notEqual(one.hash.toHex(), other.hash.toHex());
});
