import assert from "node:assert/strict";
import { hmacSm3 } from "../../../crypto/sm3.ts";
import { newNonce, signCa, signTif } from "./header_signature.ts";

Deno.test("signTif() gives the signature of the golden vector", async () => {
  const headers = await signTif(
    { paasid: "own", secretKey: "OWNKEY0123456789" },
    { at: new Date(1767225600_999), nonce: "8fK2mQ7z" },
  );
  assert.equal(
    headers["x-tif-signature"],
    "a2601ef8bd570838a4763588783ce48193307234a4af71f5ca681b2399a8c5e8",
  );
  assert.equal(headers["x-tif-timestamp"], "1767225600", "seconds, not milliseconds");
});

Deno.test("newNonce() keeps to what the gateway takes", () => {
  assert.match(newNonce(), /^[0-9a-z]{6,32}$/);
  assert.notEqual(newNonce(), newNonce());
});

Deno.test("signCa() gives the signature of the golden vector (nhsa.md §1.3)", async () => {
  const secret = new TextEncoder().encode("OWNSECRET");
  const signer = {
    hospitalKey: "own",
    mac: (data: Uint8Array) => Promise.resolve(hmacSm3(secret, data)),
  };
  const headers = await signCa(signer, {
    at: new Date(1767225600_999),
    body: '{"infno":"9001"}',
  });
  assert.deepEqual(headers, {
    "x-ca-key": "own",
    "x-ca-signature": "1767225600:2AD3AACA8DFC9D44D8A5620FED25D2B4908DECB7DF18D181DAD7313A6CF4890B",
  });
});
