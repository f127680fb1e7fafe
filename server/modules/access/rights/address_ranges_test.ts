import assert from "node:assert/strict";
import { canonicalRange, inRanges } from "./address_ranges.ts";

Deno.test("canonicalRange() clears host bits and names the length", () => {
  const cases = [
    ["10.8.3.4/16", "10.8.0.0/16"],
    ["10.8.3.4", "10.8.3.4/32"],
    ["192.168.255.255/23", "192.168.254.0/23"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["fd12:3456::1/12", "fd10::/12"],
    ["::1", "::1/128"],
  ];
  for (const [given = "", made] of cases) assert.equal(canonicalRange(given), made);
});

Deno.test("canonicalRange() refuses what reads differently elsewhere", () => {
  const wrong = [
    "",
    "1",
    "10",
    "10.1",
    "010.0.0.1",
    "0x0a.0.0.1",
    "10.0.0.256",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/08x",
    "::/129",
    "::ffff:10.0.0.0/104",
    "fe80::1%eth0",
    "10.0.0.0/8 ",
    "example.cn",
    "*",
  ];
  for (const text of wrong) {
    assert.throws(() => canonicalRange(text), { code: "access.malformed" }, text);
  }
});

Deno.test("inRanges() compares by bits and keeps IPv4 and IPv6 apart", () => {
  const ranges = ["10.8.0.0/13", "fd00::/8"];
  const cases: readonly (readonly [string | null, boolean])[] = [
    ["10.8.0.0", true],
    ["10.15.255.255", true],
    ["10.16.0.0", false],
    ["10.7.255.255", false],
    ["::ffff:10.9.0.1", true],
    ["::ffff:a09:1", true],
    ["fdff::1", true],
    ["fe00::1", false],
    ["::a09:1", false],
    [null, false],
    ["unix", false],
    ["", false],
  ];
  for (const [address, expected] of cases) {
    assert.equal(inRanges(ranges, address), expected, String(address));
  }
  assert.equal(inRanges([], "10.8.0.1"), false);
  assert.equal(inRanges(["0.0.0.0/0"], "::1"), false);
  assert.equal(inRanges(["rubbish"], "10.8.0.1"), false);
});

Deno.test("inRanges() agrees with arithmetic for random addresses and lengths", () => {
  for (let round = 0; round < 500; round++) {
    const [range = 0, address = 0] = crypto.getRandomValues(new Uint32Array(2));
    const bits = round % 33;
    const near = round % 2 === 0 ? address : (range ^ (1 << (round % 32))) >>> 0;
    const same = bits === 0 || (range >>> (32 - bits)) === (near >>> (32 - bits));
    assert.equal(inRanges([`${dotted(range)}/${bits}`], dotted(near)), same);
  }
});

function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join(".");
}
