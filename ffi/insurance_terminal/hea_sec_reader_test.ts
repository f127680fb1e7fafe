import assert from "node:assert/strict";
import { ScriptedLibrary } from "../conformance/scripted_library.ts";
import type { CommandOptions } from "../contract.ts";
import type { VendorReply } from "../vendor/contract.ts";
import { openHeaSecReader } from "./hea_sec_reader.ts";
import { parseHeaSecIdCard } from "./hea_sec_id_card.ts";

const PATIENTLY: CommandOptions = { signal: new AbortController().signal, timeoutMs: 60_000 };
const CARD = "441900|441900199001010011|X00000019|441900D15600000500BF7C7A48FB4966|赵珅|" +
  "00814E43238697159900BF7C7A|3.00|20201001|20301001|441900813475|KSK0317|";
const ID_CARD = "赵珅|男|汉|19900101|样例路1号|44190019900101001x|20100101|2030.01.01|样例公安局";

Deno.test("readCard() gives the fields of a card (R-DEV-02)", async () => {
  const library = new ScriptedLibrary(() => returned(0, { cardInfo: CARD }));
  assert.deepEqual(await openHeaSecReader({ library }).readCard("contact", PATIENTLY), {
    kind: "done",
    value: {
      region: "441900",
      socialSecurityNumber: "441900199001010011",
      cardNumber: "X00000019",
      cardIdentifier: "441900D15600000500BF7C7A48FB4966",
      name: "赵珅",
      version: "3.00",
    },
  });
});

Deno.test("readIdCard() tells documents apart by their number (R-DEV-04)", async () => {
  const library = new ScriptedLibrary(() => returned(0, { idCardInfo: ID_CARD }));
  assert.deepEqual(await openHeaSecReader({ library }).readIdCard(PATIENTLY), {
    kind: "done",
    value: {
      document: "resident",
      name: "赵珅",
      idNumber: "44190019900101001X",
      validUntil: "20300101",
    },
  });
  const hmt = ID_CARD.replace("441900", "810000").replace("2030.01.01", "长期");
  assert.equal(parseHeaSecIdCard(hmt)?.document, "hmt_resident");
  const foreign = ID_CARD.replace("44190019900101001x", "911156199001010012");
  assert.equal(parseHeaSecIdCard(foreign)?.document, "foreign_permanent_resident");
});

Deno.test("a record with a damaged field is unreadable", async () => {
  for (
    const cardInfo of [CARD.replace("441900|", "44190|"), CARD.replace("赵珅", "赵\ufffd"), ""]
  ) {
    const library = new ScriptedLibrary(() => returned(0, { cardInfo }));
    const failed = { kind: "failed", reason: "unreadable" };
    assert.deepEqual(await openHeaSecReader({ library }).readCard("contact", PATIENTLY), failed);
  }
  const fields = ID_CARD.split("|");
  for (const [at, damaged] of [[0, ""], [0, "\u0007"], [5, "44190019"], [7, "2030"]] as const) {
    assert.equal(parseHeaSecIdCard(fields.with(at, damaged).join("|")), null, `field ${at}`);
  }
  assert.equal(parseHeaSecIdCard("x|".repeat(2_000)), null);
});

Deno.test("no card, a broken reader and a silent card are told apart, in the log too", async () => {
  const reasons = [[-2, "no_card"], [-11, "hardware_error"], [-4, "unreadable"]] as const;
  for (const [code, reason] of reasons) {
    const stories: string[] = [];
    const onRefusal = (story: string) => void stories.push(story);
    const library = new ScriptedLibrary(() => returned(code, { cardInfo: "张三" }));
    const reader = openHeaSecReader({ library, onRefusal });
    assert.deepEqual(await reader.readCard("contactless", PATIENTLY), { kind: "failed", reason });
    assert.deepEqual(await reader.readIdCard(PATIENTLY), { kind: "failed", reason });
    const told = reason === "no_card" ? /^$/ : new RegExp(`^ReadCardBas: ${code} .*ReadSFZ: `);
    assert.match(stories.join(), told);
    assert.ok(!stories.join().includes("张三"));
  }
});

Deno.test("verifyPin() and changePin() ask once and say what came of it", async () => {
  const outcomes = [
    [0, { kind: "done", value: { kind: "accepted" } }],
    [-51, { kind: "done", value: { kind: "wrong", triesLeft: null } }],
    [-52, { kind: "done", value: { kind: "locked" } }],
    [-31, { kind: "done", value: { kind: "given_up" } }],
    [-2, { kind: "failed", reason: "no_card" }],
  ] as const;
  for (const [code, outcome] of outcomes) {
    const library = new ScriptedLibrary(() => returned(code));
    const reader = openHeaSecReader({ library });
    assert.deepEqual(await reader.verifyPin("contact", PATIENTLY), outcome);
    assert.deepEqual(await reader.changePin("contact", PATIENTLY), outcome);
    assert.equal(library.calls.length, 2);
  }
  const library = new ScriptedLibrary(() => returned(0), ["ChangePIN"]);
  assert.deepEqual(await openHeaSecReader({ library }).changePin("contact", PATIENTLY), {
    kind: "failed",
    reason: "not_supported",
  });
});

Deno.test("personInfo() hands the district's text on", async () => {
  const library = new ScriptedLibrary((_, { request }) =>
    request === "{}" ? returned(0, { personInfo: '{"psn_no":"1"}' }) : returned(-2)
  );
  const reader = openHeaSecReader({ library });
  assert.deepEqual(await reader.personInfo("{}", PATIENTLY), {
    kind: "done",
    value: '{"psn_no":"1"}',
  });
  assert.deepEqual(await reader.personInfo("", PATIENTLY), { kind: "failed", reason: "no_card" });
});

Deno.test("a library that died is an answer, a second call meanwhile is busy", async () => {
  const library = new ScriptedLibrary(() => null);
  const reader = openHeaSecReader({ library });
  const stop = new AbortController();
  const first = reader.readCard("contact", { signal: stop.signal, timeoutMs: 60_000 });
  assert.deepEqual(await reader.readIdCard(PATIENTLY), { kind: "failed", reason: "busy" });
  stop.abort();
  assert.deepEqual(await first, { kind: "failed", reason: "cancelled" });
  const reasons = { crashed: "hardware_error", offline: "offline" };
  for (const loss of ["crashed", "offline"] as const) {
    const lost = new ScriptedLibrary(() => ({ kind: "lost", reason: loss }));
    const failed = { kind: "failed", reason: reasons[loss] };
    assert.deepEqual(await openHeaSecReader({ library: lost }).readIdCard(PATIENTLY), failed);
    assert.deepEqual(
      await openHeaSecReader({ library: lost }).verifyPin("contact", PATIENTLY),
      failed,
    );
  }
  library.setOnline(false);
  assert.equal(reader.condition, "offline");
});

function returned(code: number, outputs: Readonly<Record<string, string>> = {}): VendorReply {
  return { kind: "returned", succeeded: code === 0, code, outputs };
}
