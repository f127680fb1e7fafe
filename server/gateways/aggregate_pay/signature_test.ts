import assert from "node:assert/strict";
import { authorization, isSigned, signBody } from "./signature.ts";

const SECRET = { appId: "OWNAPPID", key: "OWNAPPKEY" };
const BODY = '{"merchantCode":"000000000000001"}';

Deno.test("signBody() gives the vector of nhsa.md §4.2", () => {
  const parts = { appId: "OWNAPPID", timestamp: "20260101120000", nonce: "abc123" };
  assert.equal(
    signBody("OWNAPPKEY", parts, BODY),
    "wSkvLLzkPjF1sqfbUIcoZ+aHzSXike6n7rQTj0H33mM=",
  );
});

Deno.test("authorization() is accepted by isSigned() and carries Beijing time", () => {
  const header = authorization(SECRET, new Date("2026-03-12T16:30:15Z"), BODY);
  assert.match(header, /Timestamp="20260313003015"/);
  assert.equal(isSigned(SECRET, header, BODY), true);
});

Deno.test("isSigned() refuses another body, key, app id, and anything that is no header", () => {
  const header = authorization(SECRET, new Date("2026-03-12T01:30:15Z"), BODY);
  assert.equal(isSigned(SECRET, header, BODY + " "), false);
  assert.equal(isSigned({ ...SECRET, key: "OTHER" }, header, BODY), false);
  assert.equal(isSigned({ ...SECRET, appId: "OTHER" }, header, BODY), false);
  assert.equal(isSigned(SECRET, header.replace(/.{10}"$/, '"'), BODY), false);
  assert.equal(isSigned(SECRET, "", BODY), false);
});
