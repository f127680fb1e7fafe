import assert from "node:assert/strict";
import { buildCity } from "../../../sandbox/city/build_city.ts";
import { classifyCode } from "./classify.ts";

Deno.test("classifyCode() tells payment codes of the three wallets from everything else", () => {
  assert.equal(classifyCode("134567890123456789"), "payment_code");
  assert.equal(classifyCode("2812345678901234"), "payment_code");
  assert.equal(classifyCode("301234567890123456789012"), "payment_code");
  assert.equal(classifyCode("6212345678901234567"), "payment_code");
  assert.equal(classifyCode("164567890123456789"), "unrecognised");
  assert.equal(classifyCode("3112345678901234"), "unrecognised");
  assert.equal(classifyCode("62123456789012345678"), "unrecognised");
});

Deno.test("classifyCode() knows a voucher by 28 digits, whatever they begin with", () => {
  assert.equal(classifyCode("1".repeat(28)), "insurance_voucher");
  assert.equal(classifyCode("1".repeat(27)), "unrecognised");
  assert.equal(classifyCode(`${"1".repeat(28)}\r\n`), "insurance_voucher");
});

Deno.test("classifyCode() recognises every code of the sandbox's city", () => {
  for (const { codes } of buildCity().persons) {
    if (codes.insuranceVoucher) {
      assert.equal(classifyCode(codes.insuranceVoucher), "insurance_voucher");
    }
    if (codes.essc) assert.equal(classifyCode(codes.essc), "essc");
    if (codes.health) assert.equal(classifyCode(codes.health), "health_code");
  }
});

Deno.test("classifyCode() leaves what it does not know unrecognised", () => {
  for (const text of ["", "https://example.com/x", "ssc123", "GDHC:", "9".repeat(4096), "123456"]) {
    assert.equal(classifyCode(text), "unrecognised", text.slice(0, 20));
  }
});
