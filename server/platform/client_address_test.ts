import assert from "node:assert/strict";
import { addressRanges, isAddressRange } from "./address_range.ts";
import { clientAddress } from "./client_address.ts";

const TRUSTED = addressRanges(["10.0.0.0/24", "fd00::/8"]);

Deno.test("clientAddress() believes x-forwarded-for from trusted proxies only", () => {
  const cases: [string | null, string | undefined, string | null][] = [
    ["203.0.113.7", undefined, "203.0.113.7"],
    ["203.0.113.7", "127.0.0.1", "203.0.113.7"],
    ["10.0.0.1", "203.0.113.7", "203.0.113.7"],
    ["::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7"],
    ["fd00::1", "2001:db8::1", "2001:db8::1"],
    ["10.0.0.1", undefined, "10.0.0.1"],
    [null, "203.0.113.7", null],
  ];
  for (const [remote, given, wanted] of cases) {
    assert.equal(clientAddress(remote, given, TRUSTED), wanted, `${remote} ${given}`);
  }
});

Deno.test("clientAddress() reads from the end, so that what a client wrote itself does not count", () => {
  assert.equal(clientAddress("10.0.0.1", "127.0.0.1, 203.0.113.7", TRUSTED), "203.0.113.7");
  assert.equal(clientAddress("10.0.0.1", "6.6.6.6, 203.0.113.7, 10.0.0.2", TRUSTED), "203.0.113.7");
  assert.equal(clientAddress("10.0.0.1", "rubbish", TRUSTED), "10.0.0.1");
  assert.equal(clientAddress("10.0.0.1", "203.0.113.7, rubbish", TRUSTED), "10.0.0.1");
  assert.equal(clientAddress("10.0.0.1", `${"10.0.0.9,".repeat(5_000)}`, TRUSTED), "10.0.0.1");
});

Deno.test("isAddressRange() takes CIDR and single addresses, nothing else", () => {
  for (const good of ["10.0.0.0/8", "10.1.2.3", "::1", "fd00::/8", "0.0.0.0/0"]) {
    assert.ok(isAddressRange(good), good);
  }
  for (
    const bad of ["", "10.0.0.0/33", "10.0.0/8", "::/129", "fe80::1%eth0", "host", "1.2.3.4/-1"]
  ) {
    assert.ok(!isAddressRange(bad), bad);
    assert.throws(() => addressRanges([bad]), RangeError);
  }
});

Deno.test("addressRanges() knows IPv4 however a socket tells it", () => {
  const ranges = addressRanges(["192.168.7.0/24"]);
  assert.ok(ranges.has("192.168.7.9"));
  assert.ok(ranges.has("::ffff:192.168.7.9"));
  assert.ok(!ranges.has("192.168.8.9"));
  assert.ok(!ranges.has("nonsense"));
});
