import assert from "node:assert/strict";
import { findTotpStep, newTotpSecret, otpauthUrl, toBase32, totpCode, totpStep } from "./totp.ts";

/** RFC 6238 appendix B: "12345678901234567890", the last six of its eight digits. */
const SECRET = toBase32(new TextEncoder().encode("12345678901234567890"));

Deno.test("totpCode() gives the codes of RFC 6238", () => {
  const codes = [59, 1111111109, 1111111111, 1234567890, 2000000000, 20000000000]
    .map((seconds) => totpCode(SECRET, totpStep(new Date(seconds * 1_000))));
  assert.deepEqual(codes, ["287082", "081804", "050471", "005924", "279037", "353130"]);
});

Deno.test("findTotpStep() takes a clock one step off either way and no more", () => {
  const at = new Date(1111111109_000);
  const step = totpStep(at);
  for (const off of [-1, 0, 1]) {
    assert.equal(findTotpStep(SECRET, totpCode(SECRET, step + off), at), step + off);
  }
  for (const off of [-2, 2]) {
    assert.equal(findTotpStep(SECRET, totpCode(SECRET, step + off), at), null);
  }
  assert.equal(findTotpStep(SECRET, "", at), null);
});

Deno.test("newTotpSecret() is 160 random bits that an app reads", () => {
  const secret = newTotpSecret();
  assert.match(secret, /^[A-Z2-7]{32}$/);
  assert.notEqual(secret, newTotpSecret());
  const url = new URL(otpauthUrl({ issuer: "医卡通", login: "zhang.san", secret }));
  assert.equal(url.searchParams.get("secret"), secret);
  assert.equal(decodeURIComponent(url.pathname), "/医卡通:zhang.san");
});
