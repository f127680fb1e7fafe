import assert from "node:assert/strict";
import {
  asksPin,
  DONGGUAN,
  isElsewhere,
  isOtherProvince,
  receiverOf,
  type RegionalProfile,
} from "./profile.ts";

Deno.test("who is insured elsewhere shows in four digits, another province in two", () => {
  const cases = [
    ["441900", false, false],
    ["441999", false, false],
    ["440100", true, false],
    ["450100", true, true],
  ] as const;
  for (const [insuplc, elsewhere, otherProvince] of cases) {
    assert.equal(isElsewhere(insuplc, DONGGUAN.admdvs), elsewhere, insuplc);
    assert.equal(isOtherProvince(insuplc, DONGGUAN.admdvs), otherProvince, insuplc);
  }
});

Deno.test("a PIN is asked for where the region carries one, never of other provinces", () => {
  const carrying: RegionalProfile = { ...DONGGUAN, pinCarrier: "cainfo" };
  assert.equal(asksPin(DONGGUAN, "441900"), false);
  assert.equal(asksPin(carrying, "441900"), true);
  assert.equal(asksPin(carrying, "440100"), true);
  assert.equal(asksPin(carrying, "450100"), false);
});

Deno.test("retired cadres and work injury have receivers of their own (R-BIL-13)", () => {
  const regional = {
    ...DONGGUAN,
    recerSysCode: "YBXT",
    recerSysCodes: { "340": "LXXT", "410": "GSXT" },
  };
  assert.deepEqual(
    ["310", "340", "410", null].map((insutype) => receiverOf(regional, insutype)),
    ["YBXT", "LXXT", "GSXT", "YBXT"],
  );
});
