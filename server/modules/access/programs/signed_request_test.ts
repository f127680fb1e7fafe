import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { hmacSm3 } from "../../../../crypto/sm3.ts";
import { PROGRAM_HEADERS, programRequestText, readSignedHeaders } from "./signed_request.ts";

const KEY = "019a0000-0000-7000-8000-000000000001";
const TIME = "2026-11-22T08:00:00.000Z";
const NONCE = "000102030405060708090a0b0c0d0e0f";

const REQUEST = {
  method: "POST",
  target: "/api/console/v1/audit/events?limit=2",
  body: new TextEncoder().encode('{"a":"一"}'),
};

Deno.test("program request: the vector of the contract, its digest and MAC made with openssl", () => {
  const text = programRequestText(REQUEST, { keyId: KEY, time: TIME, nonce: NONCE });
  assert.equal(
    new TextDecoder().decode(text),
    `yikatong-program-request-1\n${KEY}\n${TIME}\n${NONCE}\nPOST\n` +
      "/api/console/v1/audit/events?limit=2\n" +
      "c76d38447c408041c0df94767e0b8fa9919ac787bf598b1b6a5a50b4fd5756a2",
  );
  const secret = Uint8Array.from({ length: 32 }, (_, at) => at);
  assert.equal(
    hmacSm3(secret, text).toHex(),
    "8df922f7827a2fe21ed00e3ff5ae9b816e0a6afd2441409d8994c862f7426cae",
  );
});

Deno.test("program request: a request without a body signs the digest of no bytes", () => {
  const text = programRequestText({ ...REQUEST, method: "get", body: new Uint8Array() }, {
    keyId: KEY,
    time: TIME,
    nonce: NONCE,
  });
  const lines = new TextDecoder().decode(text).split("\n");
  assert.equal(lines[4], "GET");
  assert.equal(lines[6], createHash("sm3").digest("hex"));
});

Deno.test("program request: headers that are missing, malformed or oversized are not read", () => {
  const good: Record<string, string> = {
    [PROGRAM_HEADERS.key]: KEY,
    [PROGRAM_HEADERS.time]: TIME,
    [PROGRAM_HEADERS.nonce]: NONCE,
    [PROGRAM_HEADERS.signature]: "ab".repeat(64),
  };
  const read = (headers: Record<string, string>) =>
    readSignedHeaders({ header: (name) => headers[name] ?? null });
  assert.equal(read(good)?.at.toISOString(), TIME);
  const spoilt: [string, string][] = [
    [PROGRAM_HEADERS.key, KEY.toUpperCase()],
    [PROGRAM_HEADERS.key, `${KEY}\n`],
    [PROGRAM_HEADERS.time, "2026-11-22T08:00:00Z"],
    [PROGRAM_HEADERS.time, "2026-13-22T08:00:00.000Z"],
    [PROGRAM_HEADERS.time, "2026-11-22T16:00:00.000+08:00"],
    [PROGRAM_HEADERS.nonce, NONCE.slice(1)],
    [PROGRAM_HEADERS.nonce, NONCE.toUpperCase()],
    [PROGRAM_HEADERS.signature, ""],
    [PROGRAM_HEADERS.signature, "ab".repeat(31)],
    [PROGRAM_HEADERS.signature, "ab".repeat(73)],
    [PROGRAM_HEADERS.signature, "ab".repeat(100_000)],
    [PROGRAM_HEADERS.signature, "zz".repeat(64)],
  ];
  for (const [name, value] of spoilt) assert.equal(read({ ...good, [name]: value }), null, name);
  for (const name of Object.values(PROGRAM_HEADERS)) {
    assert.equal(
      read(Object.fromEntries(Object.entries(good).filter(([at]) => at !== name))),
      null,
    );
  }
});
