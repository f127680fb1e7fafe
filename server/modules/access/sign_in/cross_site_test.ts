import assert from "node:assert/strict";
import { isFromElsewhere } from "./cross_site.ts";
import { addressName } from "./lockout/take_tries.ts";
import { csrfTokenOf, newToken, readToken } from "./session_token.ts";

const URL_HERE = "http://console.example/api/console/v1/session/end";

Deno.test("isFromElsewhere() takes a write only from a page of the same host", () => {
  const cases: [string, Record<string, string>, boolean][] = [
    ["POST", { "sec-fetch-site": "same-origin", origin: "https://console.example" }, false],
    ["POST", { origin: "https://console.example" }, false],
    ["POST", { "sec-fetch-site": "same-origin" }, false],
    ["GET", {}, false],
    ["POST", {}, true],
    ["POST", { origin: "null" }, true],
    ["POST", { origin: "https://console.example.evil" }, true],
    ["POST", { origin: "https://console.example:444" }, true],
    ["POST", { "sec-fetch-site": "none" }, true],
    ["DELETE", { "sec-fetch-site": "same-site", origin: "https://console.example" }, true],
  ];
  for (const [method, headers, wanted] of cases) {
    const found = isFromElsewhere(method, new Headers(headers), URL_HERE);
    assert.equal(found, wanted, JSON.stringify([method, headers]));
  }
});

Deno.test("readToken() knows what newToken() made, and nothing that only looks like it", () => {
  const token = newToken();
  assert.deepEqual(readToken(token.text), token);
  // The last letter carries two bits that mean nothing: only one way to write them is right.
  const twins = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"]
    .map((letter) => token.text.slice(0, 42) + letter).filter((text) => readToken(text) !== null);
  assert.equal(twins.length, 16);
  for (const bad of [undefined, "", token.text.slice(1), `${token.text}A`, "=".repeat(43)]) {
    assert.equal(readToken(bad), null);
  }
});

Deno.test("csrfTokenOf() is another for another session and does not tell the token", () => {
  const [one, other] = [newToken(), newToken()];
  assert.notEqual(csrfTokenOf(one), csrfTokenOf(other));
  assert.equal(csrfTokenOf(one), csrfTokenOf(one));
  assert.notEqual(csrfTokenOf(one), one.text);
});

Deno.test("addressName() takes an IPv6 customer's whole network for one", () => {
  assert.equal(addressName("203.0.113.7"), "203.0.113.7");
  assert.equal(addressName("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  assert.equal(addressName("2001:db8:1:2::9"), "2001:db8:1:2::/64");
  assert.equal(addressName("::1"), "0:0:0:0::/64");
  for (const odd of [null, "", "nonsense"]) assert.equal(addressName(odd), "unknown");
  assert.equal(addressName("fe80::1%eth0"), "fe80:0:0:0::/64");
});
