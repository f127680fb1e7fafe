/** The driver of social-security cards over a library with the vendors' symbols (R-DEV-02, R-DEV-21). */
import assert from "node:assert/strict";
import type { CommandOptions, SocialSecurityCard } from "../../ffi/contract.ts";
import { openSocialSecurityChip } from "../../ffi/social_security_card/chip.ts";
import type { HsmChallenge } from "../../ffi/social_security_card/hsm_strings.ts";
import { openVendorBench, openVendorRig } from "../vendor.ts";
import { cardProfile } from "../vendor_profiles.ts";

const bench = await openVendorBench();
Deno.test.afterAll(async () => await bench?.[Symbol.asyncDispose]());
const libraries = bench?.libraries;
const ignore = bench === null;
const profile = cardProfile(libraries?.socialSecurityCard ?? "/none");

const CARD: SocialSecurityCard = {
  region: "441900",
  socialSecurityNumber: "441900199001011234",
  cardNumber: "D12345678",
  cardIdentifier: "441900D15600000500BF7C7A48FB4966",
  name: "陈大明",
  version: "3.00",
};
/** As Step1 of a real card gave it, and what the platform answered. */
const CHALLENGE = "331100|00904A3001866033110000048A|03|331100D156000005500509728DB46EF9|" +
  "456FE02E253F817D|A39FC0BF44CAEA80|4F5FB5932F10694D|2CFE760428888D8E|";
const PROOF = "98ABD5279E9CD3306183AFC81BE3C72E|40B69F2C478028DC1594A8CC187E1FE9";

test("names whose second byte in GBK is the bar, and names outside of GBK, come whole", async () => {
  await using rig = await openVendorRig({ profile });
  const chip = openSocialSecurityChip({ library: rig.library });
  for (const name of ["王珅", "東億遼", "陳瑋質飢顋", "㐀𠮷", "买买提·吐尔逊"]) {
    await rig.script({ iReadCardBas: { out: recordOf({ ...CARD, name }) } });
    const read = await chip.readCard("contact", patiently());
    assert.deepEqual(read, { kind: "done", value: { ...CARD, name } });
  }
});

test("a card is found where it is, and nowhere else", async () => {
  await using rig = await openVendorRig({ profile });
  const chip = openSocialSecurityChip({ library: rig.library });
  const none = { kind: "failed", reason: "no_card" };
  await rig.script({ iReadCardBas: { out: recordOf(CARD), card: "contactless" } });
  assert.deepEqual(await chip.readCard("contact", patiently()), none);
  assert.equal((await chip.readCard("contactless", patiently())).kind, "done");
  await rig.script({ iReadCardBas: { out: recordOf(CARD), card: "none" } });
  assert.deepEqual(await chip.readCard("contactless", patiently()), none);
});

test("without a PSAM the two steps go by the platform, in one turn", async () => {
  await using rig = await openVendorRig({
    profile,
    answers: {
      iReadCardBas: { code: -2201, out: "无PSAM卡" },
      iReadCardBas_HSM_Step1: { out: CHALLENGE },
      iReadCardBas_HSM_Step2: { out: recordOf(CARD), key: `${PROOF}|` },
    },
  });
  const asked: HsmChallenge[] = [];
  const hsm = async (challenge: HsmChallenge) => {
    asked.push(challenge);
    // Whatever else wants the library meanwhile has to wait: Step2 needs what Step1 left.
    void rig.library.call("readContactless", {}, patiently());
    await Promise.resolve();
    return PROOF;
  };
  const chip = openSocialSecurityChip({ library: rig.library, hsm });
  const read = await chip.readCard("contact", patiently());
  assert.deepEqual(read, { kind: "done", value: CARD });
  assert.equal(asked[0]?.randoms[3], "2CFE760428888D8E");
});

test("a proof that the card refuses leaves it unread", async () => {
  await using rig = await openVendorRig({
    profile,
    answers: {
      iReadCardBas: { code: -27272 },
      iReadCardBas_HSM_Step1: { out: CHALLENGE },
      iReadCardBas_HSM_Step2: { key: "another" },
    },
  });
  const said: string[] = [];
  const chip = openSocialSecurityChip({
    library: rig.library,
    hsm: () => Promise.resolve(PROOF),
    onRefusal: (story) => void said.push(story),
  });
  const read = await chip.readCard("contact", patiently());
  assert.deepEqual(read, { kind: "failed", reason: "unreadable" });
  assert.deepEqual(said, ["finish: -23 传入数据不合法"]);
});

test("Dongguan's names and its returned text give the same card", async () => {
  const dongguan = `library = "${libraries?.dongguan}"
[functions.readContact]
symbol = "ReadCardBase"
parameters = []
result = { kind = "text", name = "information", bufferBytes = 4096 }
success = { text = "given" }
deadlineMs = 5_000
`;
  await using rig = await openVendorRig({ profile: dongguan });
  await rig.script({ ReadCardBase: { out: recordOf({ ...CARD, name: "王珅" }) } });
  const chip = openSocialSecurityChip({ library: rig.library });
  const read = await chip.readCard("contact", patiently());
  assert.equal(read.kind === "done" && read.value.name, "王珅");
  await rig.script({ ReadCardBase: { code: -2 } });
  const none = await chip.readCard("contact", patiently());
  assert.deepEqual(none, { kind: "failed", reason: "unreadable" });
});

test("a PIN is asked for once, whatever comes of it, and its keypad closes when it is given up", async () => {
  await using rig = await openVendorRig({ profile, answers: { iVerifyPIN: { code: -51 } } });
  const chip = openSocialSecurityChip({ library: rig.library });
  const wrong = await chip.verifyPin("contact", patiently());
  assert.deepEqual(wrong, { kind: "done", value: { kind: "wrong", triesLeft: null } });
  assert.equal((await rig.calls()).length, 1);
  await rig.script({ iVerifyPIN: { end: "hang" } });
  const soon = { signal: new AbortController().signal, timeoutMs: 200 };
  const late = await chip.verifyPin("contact", soon);
  assert.deepEqual(late, { kind: "failed", reason: "timeout" });
  await rig.script({ iReadCardBas: { out: recordOf(CARD) } });
  assert.equal((await chip.readCard("contact", patiently())).kind, "done");
  assert.equal((await rig.calls()).filter((line) => line.startsWith("iVerifyPIN")).length, 2);
});

test("a read that the patient leaves does not cost the process", async () => {
  await using rig = await openVendorRig({
    profile,
    answers: { iReadCardBas: { slowMs: 300, out: recordOf(CARD) } },
  });
  await rig.up();
  const chip = openSocialSecurityChip({ library: rig.library });
  const stop = new AbortController();
  const left = chip.readCard("contact", { signal: stop.signal, timeoutMs: 60_000 });
  stop.abort();
  assert.deepEqual(await left, { kind: "failed", reason: "cancelled" });
  assert.equal((await chip.readCard("contact", patiently())).kind, "done");
  assert.deepEqual(rig.events, ["up"]);
});

test("a library that dies in a read is a reader out of order till it is back", async () => {
  await using rig = await openVendorRig({ profile, answers: { "*": { end: "crash" } } });
  const chip = openSocialSecurityChip({ library: rig.library });
  const events: string[] = [];
  chip.subscribe((event) => void events.push(event));
  const died = await chip.readCard("contact", patiently());
  assert.deepEqual(died, { kind: "failed", reason: "hardware_error" });
  await rig.script({ iReadCardBas: { out: recordOf(CARD) } });
  assert.equal((await chip.readCard("contact", patiently())).kind, "done");
  assert.deepEqual(events, ["up", "down", "up"]);
});

function recordOf(card: SocialSecurityCard): string {
  return [
    card.region,
    card.socialSecurityNumber,
    card.cardNumber,
    card.cardIdentifier,
    card.name,
    "00814E43238697159900BF7C7A",
    card.version,
    "20201001",
    "20301001",
    "410100813475",
    "",
    "",
  ].join("|");
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: `social-security card: ${name}`, ignore, fn });
}

function patiently(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: 60_000 };
}
