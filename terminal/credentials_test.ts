import assert from "node:assert/strict";
import { readCard, readIdCard, readScan } from "./credentials.ts";

Deno.test("readScan() takes a code for what the screen waits for", () => {
  const digits = "134567890123456789";
  assert.deepEqual(readScan(` ${digits}\r\n`, "payment_code"), {
    kind: "payment_code",
    mode: "scan_code",
    code: digits,
  });
  assert.deepEqual(readScan(digits, "credential"), {
    kind: "credential",
    credential: { kind: "scanned_code", code: digits },
  });
});

Deno.test("readScan() calls a code that cannot pay unreadable while a payment code is wanted", () => {
  for (const text of ["https://example.cn/x", "123", "1".repeat(25)]) {
    assert.equal(readScan(text, "payment_code").kind, "read_failed", text);
  }
});

Deno.test("readScan() bounds the length of a credential", () => {
  assert.equal(readScan("12345", "credential").kind, "read_failed");
  assert.equal(readScan("9".repeat(4097), "credential").kind, "read_failed");
  assert.equal(readScan("9".repeat(4096), "credential").kind, "credential");
});

Deno.test("readCard() and readIdCard() call garbled fields unreadable", () => {
  const card = readCard({
    region: "44190",
    socialSecurityNumber: "441900199001010000",
    cardNumber: "X00000019",
    cardIdentifier: "441900D15600000500BF7C7A48FB4966",
    name: "陈测试",
    version: "3.00",
  });
  assert.deepEqual(card, { kind: "read_failed", device: "card_reader", reason: "unreadable" });
  const idCard = readIdCard({
    document: "resident",
    name: "",
    idNumber: "441900199001010000",
    validUntil: "长期",
  });
  assert.equal(idCard.kind, "read_failed");
});

Deno.test("readScan() tells the consumption code of a social-security card from wallets' codes (R-PAY-05)", () => {
  const code = `SSP${"7a".repeat(18)}`;
  const event = readScan(`${code}\r`, "payment_code");
  assert.deepEqual(event, { kind: "payment_code", mode: "citizen_code", code });
  assert.equal(readScan("https://example.com/x", "payment_code").kind, "read_failed");
});
