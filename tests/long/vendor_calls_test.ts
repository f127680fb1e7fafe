/** Every kind of parameter and result, through a library in its own process. */
import assert from "node:assert/strict";
import type { CommandOptions } from "../../ffi/contract.ts";
import { openVendorBench, openVendorRig } from "../vendor.ts";
import { cardProfile, troubleProfile } from "../vendor_profiles.ts";

const bench = await openVendorBench();
Deno.test.afterAll(async () => await bench?.[Symbol.asyncDispose]());
const libraries = bench?.libraries;
const ignore = bench === null;
const trouble = troubleProfile(libraries?.trouble ?? "/none");
const card = cardProfile(libraries?.socialSecurityCard ?? "/none");

test("numbers of every width and texts go in and come out", async () => {
  await using rig = await openVendorRig({ profile: trouble });
  const mixed = { a: -300, b: -70_000, c: 200, d: 100_000 };
  assert.deepEqual(await rig.library.call("mix", mixed, patiently()), {
    kind: "returned",
    succeeded: true,
    code: 0x9f,
    outputs: { sum: 29_900 },
  });
  const nothing = await rig.library.call("nothing", {}, patiently());
  assert.deepEqual(nothing, { kind: "returned", succeeded: true, code: null, outputs: {} });
});

test("bytes come back as long as the library says", async () => {
  await using rig = await openVendorRig({ profile: trouble });
  const reply = await rig.library.call("turn", { bytes: Uint8Array.of(1, 2, 0, 4) }, patiently());
  const outputs = { turned: Uint8Array.of(4, 0, 2, 1) };
  assert.deepEqual(reply, { kind: "returned", succeeded: true, code: 0, outputs });
});

test("a text that is returned is an output, and NULL is none", async () => {
  await using rig = await openVendorRig({ profile: trouble });
  assert.deepEqual(await rig.library.call("text", { which: 1 }, patiently()), {
    kind: "returned",
    succeeded: true,
    code: null,
    outputs: { said: "0000" },
  });
  const none = await rig.library.call("text", { which: 0 }, patiently());
  assert.deepEqual(none, { kind: "returned", succeeded: false, code: null, outputs: {} });
});

test("a handle is good in its process and gone with it", async () => {
  await using rig = await openVendorRig({ profile: trouble });
  const opened = await rig.library.call("open", {}, patiently());
  assert.ok(opened.kind === "returned");
  const handle = String(opened.outputs.handle);
  const used = await rig.library.call("use", { handle }, patiently());
  assert.equal(used.kind === "returned" && used.succeeded, true);
  await rig.script({ Nothing: { end: "crash" } });
  await rig.library.call("nothing", {}, patiently());
  const late = await rig.library.call("use", { handle }, patiently());
  assert.deepEqual(late, { kind: "lost", reason: "crashed" });
  assert.equal(rig.library.condition, "online");
});

test("inputs that do not fit the profile are a defect of the caller, with no value told", async () => {
  await using rig = await openVendorRig({ profile: trouble });
  const mixed = { a: 1, b: 2, c: 3, d: 4 };
  const wrong = [
    ["mix", { ...mixed, c: 256 }],
    ["mix", { ...mixed, e: 1 }],
    ["mix", { a: 1, b: 2, c: 3 }],
    ["environment", { name: "secret\0" }],
    ["turn", { bytes: "text" }],
    ["unknown", {}],
  ] as const;
  for (const [name, inputs] of wrong) {
    await assert.rejects(rig.library.call(name, inputs, patiently()), (thrown) => {
      assert.ok(thrown instanceof TypeError);
      assert.doesNotMatch(thrown.message, /secret|256/);
      return true;
    });
  }
});

test("an optional function that this build lacks is known to be missing", async () => {
  await using rig = await openVendorRig({ profile: trouble });
  await rig.up();
  assert.equal(rig.library.has("missing"), false);
  assert.equal(rig.library.has("mix"), true);
  assert.equal(rig.library.has("unknown"), false);
});

test("the init function is called once before the first call, the exit function at the end", async () => {
  const top = `init = { function = "start", inputs = { settings = "{}" } }
exit = { function = "end" }`;
  await using rig = await openVendorRig({ profile: troubleProfile(libraries?.trouble ?? "", top) });
  await rig.library.call("nothing", {}, patiently());
  await rig.library[Symbol.asyncDispose]();
  const calls = await rig.calls();
  assert.deepEqual(calls.map((line) => line.split(" ")[0]), ["Init", "Nothing", "Exit"]);
});

test("a library is given nothing of our environment but what its profile says", async () => {
  await using rig = await openVendorRig({ profile: trouble });
  const read = async (name: string) => {
    const reply = await rig.library.call("environment", { name }, patiently());
    return reply.kind === "returned" ? reply.outputs.value : reply;
  };
  Deno.env.set("YIKATONG_TEST_SECRET", "secret");
  assert.equal(await read("YIKATONG_TEST_SECRET"), undefined);
  assert.equal(await read("USER"), undefined);
  assert.equal(await read("TMPDIR"), rig.workFolder);
  assert.equal(await read("HOME"), rig.workFolder);
  assert.match(String(await read("YIKATONG_VENDOR_SCRIPT")), /script\.txt$/);
  Deno.env.delete("YIKATONG_TEST_SECRET");
});

test("calls are made one after the other, whoever makes them", async () => {
  await using rig = await openVendorRig({ profile: card, answers: { "*": { slowMs: 20 } } });
  const replies = await Promise.all(
    Array.from({ length: 12 }, () => rig.library.call("readContact", {}, patiently())),
  );
  assert.ok(replies.every((reply) => reply.kind === "returned"));
  assert.deepEqual((await rig.calls()).filter((line) => !line.startsWith("iReadCardBas ")), []);
});

test("what belongs together is not come between", async () => {
  await using rig = await openVendorRig({ profile: card });
  const steps = rig.library.together(async (library) => {
    await library.call("startContact", {}, patiently());
    return await library.call("finish", { key: "" }, patiently());
  });
  const other = rig.library.call("readContact", {}, patiently());
  const finished = await steps;
  assert.equal(finished.kind === "returned" && finished.succeeded, true);
  await other;
  assert.deepEqual((await rig.calls()).map((line) => line.split(" ")[0]), [
    "iReadCardBas_HSM_Step1",
    "iReadCardBas_HSM_Step2",
    "iReadCardBas",
  ]);
});

test("a sequence whose process was lost does not go on in another one", async () => {
  await using rig = await openVendorRig({ profile: card });
  const replies = await rig.library.together(async (library) => {
    await rig.script({ iReadCardBas_HSM_Step1: { end: "crash" } });
    const first = await library.call("startContact", {}, patiently());
    await rig.up();
    return [first, await library.call("finish", { key: "" }, patiently())];
  });
  assert.deepEqual(replies, [
    { kind: "lost", reason: "crashed" },
    { kind: "lost", reason: "offline" },
  ]);
});

test("a library that wants one thread gets the main one", async () => {
  const onMain = cardProfile(libraries?.socialSecurityCard ?? "", `thread = "main"`);
  await using rig = await openVendorRig({
    profile: onMain,
    answers: { "*": { slowMs: 1_500 } },
    heartbeatMs: 200,
  });
  for (let n = 0; n < 3; n++) {
    // Longer than heartbeats may be missing, since there are none meanwhile.
    const reply = await rig.library.call("readContact", {}, patiently());
    assert.equal(reply.kind, "returned");
  }
  assert.equal(new Set(await rig.calls()).size, 1);
  await rig.script({ "*": { end: "hang" } });
  const soon = { signal: new AbortController().signal, timeoutMs: 200 };
  const late = await rig.library.call("readContact", {}, soon);
  assert.deepEqual(late, { kind: "lost", reason: "timeout" });
});

test("a library that needs another one finds it when that is loaded first", async () => {
  const { needsReader = "", reader = "" } = libraries ?? {};
  await using rig = await openVendorRig({
    profile: cardProfile(needsReader, `preload = ["${reader}"]`),
  });
  const reply = await rig.library.call("readContact", {}, patiently());
  assert.equal(reply.kind === "returned" && reply.succeeded, true);
});

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: `vendor library: ${name}`, ignore, fn });
}

function patiently(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: 60_000 };
}
