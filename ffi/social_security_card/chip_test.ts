import assert from "node:assert/strict";
import { ScriptedLibrary } from "../conformance/scripted_library.ts";
import type { CommandOptions } from "../contract.ts";
import type { VendorReply } from "../vendor/contract.ts";
import { openSocialSecurityChip } from "./chip.ts";

const RECORD = "441900|441900199001011234|D12345678|441900D15600000500BF7C7A48FB4966|陈大明|" +
  "00814E43238697159900BF7C7A|3.00|20201001|20301001|410100813475||";
const CHALLENGE = "331100|00904A3001866033110000048A|03|331100D156000005500509728DB46EF9|" +
  "456FE02E253F817D|A39FC0BF44CAEA80|4F5FB5932F10694D|2CFE760428888D8E|";
const PROOF = "98ABD5279E9CD3306183AFC81BE3C72E|40B69F2C478028DC1594A8CC187E1FE9";

Deno.test("readCard() reads at the place it is told", async () => {
  const library = new ScriptedLibrary(() => ok(RECORD));
  const chip = openSocialSecurityChip({ library });
  const read = await chip.readCard("contactless", patiently());
  assert.equal(read.kind === "done" && read.value.name, "陈大明");
  assert.deepEqual(library.calls, [{ functionName: "readContactless", inputs: {} }]);
});

Deno.test("readCard() answers codes as what a reader can act on", async () => {
  const expected = [
    [-2, "no_card"],
    [-4, "wrong_way_round"],
    [-11, "hardware_error"],
    [-2201, "hardware_error"],
    [-20, "unreadable"],
    [-27266, "unreadable"],
  ] as const;
  for (const [code, reason] of expected) {
    const said: string[] = [];
    const library = new ScriptedLibrary(() => refusal(code));
    const onRefusal = (story: string) => void said.push(story);
    const chip = openSocialSecurityChip({ library, onRefusal });
    assert.deepEqual(await chip.readCard("contact", patiently()), { kind: "failed", reason });
    const told = said.map((story) => story.split(" ", 2).join(" "));
    assert.deepEqual(told, code === -2 ? [] : [`readContact: ${code}`]);
  }
});

Deno.test("a record that is none is an unreadable card", async () => {
  const chip = openSocialSecurityChip({ library: new ScriptedLibrary(() => ok("读卡失败")) });
  const read = await chip.readCard("contact", patiently());
  assert.deepEqual(read, { kind: "failed", reason: "unreadable" });
});

Deno.test("a card that the PSAM cannot authenticate is read by the encryption machine", async () => {
  const library = new ScriptedLibrary(hsmAnswers());
  const chip = openSocialSecurityChip({
    library,
    hsm: (challenge) => {
      assert.equal(challenge.algorithm, "03");
      return Promise.resolve(PROOF);
    },
  });
  assert.equal((await chip.readCard("contact", patiently())).kind, "done");
  assert.deepEqual(library.calls, [
    { functionName: "readContact", inputs: {} },
    { functionName: "startContact", inputs: {} },
    { functionName: "finish", inputs: { key: `${PROOF}|` } },
  ]);
});

Deno.test("a first step that fails is done once more, and no oftener", async () => {
  const library = new ScriptedLibrary(hsmAnswers({ startContact: refusal(-4) }));
  const chip = openSocialSecurityChip({ library, hsm: () => Promise.resolve(PROOF) });
  const read = await chip.readCard("contact", patiently());
  assert.deepEqual(read, { kind: "failed", reason: "wrong_way_round" });
  const names = library.calls.map(({ functionName }) => functionName);
  assert.deepEqual(names, ["readContact", "startContact", "startContact"]);
});

Deno.test("a second step that counted a try down at the card is not repeated", async () => {
  const library = new ScriptedLibrary(hsmAnswers({ finish: refusal(-25537) }));
  const chip = openSocialSecurityChip({ library, hsm: () => Promise.resolve(PROOF) });
  const read = await chip.readCard("contact", patiently());
  assert.deepEqual(read, { kind: "failed", reason: "unreadable" });
  assert.equal(library.calls.filter(({ functionName }) => functionName === "finish").length, 1);
});

Deno.test("an encryption machine that cannot be asked leaves the card unread", async () => {
  const machines = [() => Promise.reject(new Error("gone")), () => Promise.resolve("nonsense")];
  for (const hsm of machines) {
    const library = new ScriptedLibrary(hsmAnswers());
    const chip = openSocialSecurityChip({ library, hsm });
    const read = await chip.readCard("contact", patiently());
    assert.deepEqual(read, { kind: "failed", reason: "offline" });
    assert.ok(!library.calls.some(({ functionName }) => functionName === "finish"));
  }
});

Deno.test("a command that ends while the encryption machine is asked lets the library go", async () => {
  const library = new ScriptedLibrary(hsmAnswers());
  const asked = Promise.withResolvers<void>();
  const chip = openSocialSecurityChip({
    library,
    hsm: () => {
      asked.resolve();
      return Promise.withResolvers<string>().promise;
    },
  });
  const stop = new AbortController();
  const reading = chip.readCard("contact", { signal: stop.signal, timeoutMs: 60_000 });
  await asked.promise;
  stop.abort();
  assert.deepEqual(await reading, { kind: "failed", reason: "cancelled" });
  library.answer = () => ok(RECORD);
  assert.equal((await chip.readCard("contact", patiently())).kind, "done");
});

Deno.test("a lost call is told as what a device's command can say", async () => {
  const losses = { crashed: "hardware_error", overrun: "hardware_error", offline: "offline" };
  for (const [loss, reason] of Object.entries(losses)) {
    const reply = lost(loss);
    const chip = openSocialSecurityChip({ library: new ScriptedLibrary(() => reply) });
    assert.deepEqual(await chip.readCard("contact", patiently()), { kind: "failed", reason });
  }
});

Deno.test("one command at a time; a PIN that is given up is asked for once", async () => {
  const library = new ScriptedLibrary(() => null);
  const chip = openSocialSecurityChip({ library });
  const stop = new AbortController();
  const first = chip.verifyPin("contact", { signal: stop.signal, timeoutMs: 60_000 });
  const second = await chip.readCard("contact", patiently());
  assert.deepEqual(second, { kind: "failed", reason: "busy" });
  await library.hanging();
  stop.abort();
  assert.deepEqual(await first, { kind: "failed", reason: "cancelled" });
  assert.equal(library.calls.length, 1);
});

Deno.test("a read that nobody waits for any more ends after its grace", async () => {
  const library = new ScriptedLibrary(() => null);
  const chip = openSocialSecurityChip({ library, graceMs: 0 });
  const stop = new AbortController();
  const reading = chip.readCard("contact", { signal: stop.signal, timeoutMs: 60_000 });
  await library.hanging();
  stop.abort();
  assert.deepEqual(await reading, { kind: "failed", reason: "cancelled" });
  library.answer = () => ok(RECORD);
  assert.equal((await chip.readCard("contact", patiently())).kind, "done");
});

Deno.test("a card is not looked for again while the library still looks", async () => {
  const library = new ScriptedLibrary(() => null);
  const chip = openSocialSecurityChip({ library, graceMs: 0 });
  const stop = new AbortController();
  const finding = chip.presence?.("contact", { signal: stop.signal, timeoutMs: 60_000 });
  await library.hanging();
  stop.abort();
  const again = chip.presence?.("contact", patiently());
  assert.deepEqual(await again, { kind: "failed", reason: "busy" });
  assert.deepEqual(await finding, { kind: "failed", reason: "cancelled" });
  // The read waits for its turn: the look has ended then.
  library.answer = () => ok(RECORD);
  await chip.readCard("contact", patiently());
  assert.deepEqual(await chip.presence?.("contact", patiently()), { kind: "done", value: true });
});

Deno.test("a wrong PIN is told with the tries that are left, and never tried again", async () => {
  const library = new ScriptedLibrary(() => refusal(-25537));
  const said: string[] = [];
  const onRefusal = (story: string) => void said.push(story);
  const chip = openSocialSecurityChip({ library, onRefusal });
  const verified = await chip.verifyPin("contact", patiently());
  assert.deepEqual(verified, { kind: "done", value: { kind: "wrong", triesLeft: 1 } });
  assert.deepEqual(library.calls, [{ functionName: "verifyPinContact", inputs: {} }]);
  assert.deepEqual(said, []);
});

Deno.test("a PIN is accepted or changed, or the library has no keypad", async () => {
  const library = new ScriptedLibrary(() => ok(""), ["changePinContactless"]);
  const chip = openSocialSecurityChip({ library });
  const accepted = { kind: "done", value: { kind: "accepted" } };
  assert.deepEqual(await chip.verifyPin("contactless", patiently()), accepted);
  assert.deepEqual(await chip.changePin("contact", patiently()), accepted);
  const without = await chip.changePin("contactless", patiently());
  assert.deepEqual(without, { kind: "failed", reason: "not_supported" });
});

Deno.test("a library that reads no cards is not taken for one that does", () => {
  const other = new ScriptedLibrary(() => ok(""), ["readContact", "readContactless"]);
  assert.throws(() => openSocialSecurityChip({ library: other }), /no readContact in its profile/);
  const oneOfThem = new ScriptedLibrary(() => ok(""), ["readContact"]);
  openSocialSecurityChip({ library: oneOfThem });
});

Deno.test("presence() is there only where the library can tell", async () => {
  const without = new ScriptedLibrary(() => refusal(-2), ["findContact"]);
  assert.equal(openSocialSecurityChip({ library: without }).presence, undefined);
  const library = new ScriptedLibrary((name) => name === "findContact" ? ok("") : refusal(-2));
  const chip = openSocialSecurityChip({ library });
  assert.deepEqual(await chip.presence?.("contact", patiently()), { kind: "done", value: true });
  const other = await chip.presence?.("contactless", patiently());
  assert.deepEqual(other, { kind: "done", value: false });
});

function hsmAnswers(others: Readonly<Record<string, VendorReply>> = {}) {
  const answers: Readonly<Record<string, VendorReply>> = {
    readContact: refusal(-2201),
    startContact: ok(CHALLENGE),
    finish: ok(RECORD),
    ...others,
  };
  return (name: string) => answers[name] ?? refusal(-13);
}

function ok(information: string): VendorReply {
  return { kind: "returned", succeeded: true, code: 0, outputs: { information } };
}

function refusal(code: number): VendorReply {
  return { kind: "returned", succeeded: false, code, outputs: { information: "失败" } };
}

function lost(loss: string): VendorReply {
  if (loss === "crashed" || loss === "overrun" || loss === "offline") {
    return { kind: "lost", reason: loss };
  }
  throw new Error(`Cannot lose a call as "${loss}"`);
}

function patiently(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: 60_000 };
}
