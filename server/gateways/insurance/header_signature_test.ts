import assert from "node:assert/strict";
import { newNonce, signTif } from "./header_signature.ts";

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
