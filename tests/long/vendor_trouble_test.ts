/** What a vendor's library can do to its process, and that the kiosk goes on (R-DEV-01). */
import assert from "node:assert/strict";
import type { CommandOptions } from "../../ffi/contract.ts";
import { encodeFrame } from "../../ffi/vendor/frames.ts";
import type { VendorAnswer } from "../../sandbox/devices/vendor/script.ts";
import { openVendorBench, openVendorRig, until } from "../vendor.ts";
import { cardProfile, troubleProfile } from "../vendor_profiles.ts";

const bench = await openVendorBench();
Deno.test.afterAll(async () => await bench?.[Symbol.asyncDispose]());
const libraries = bench?.libraries;
const ignore = bench === null;
const card = cardProfile(libraries?.socialSecurityCard ?? "/none");
const trouble = troubleProfile(libraries?.trouble ?? "/none");
const GOOD: VendorAnswer = { out: "441900|…|" };

const DEATHS: readonly (readonly [string, VendorAnswer, "crashed" | "overrun", RegExp])[] = [
  ["a crash", { end: "crash" }, "crashed", /died in "readContact" of SIGSEGV/],
  ["an abort", { end: "abort" }, "crashed", /died in "readContact" of SIGABRT/],
  ["an exit", { end: "exit" }, "crashed", /died in "readContact" of exit code 3/],
  ["a write behind the buffer", { writeBytes: 4_097 }, "overrun", /outside of its buffers/],
  ["a write far behind the buffer", { writeBytes: 60_000 }, "overrun", /outside of its buffers/],
  ["a write before the buffer", { writesBefore: true }, "overrun", /outside of its buffers/],
];

for (const [name, answer, reason, story] of DEATHS) {
  test(`${name} costs one call, and the library recovers by itself`, async () => {
    await using rig = await openVendorRig({ profile: card, answers: { iReadCardBas: answer } });
    const lost = await rig.library.call("readContact", {}, patiently());
    assert.deepEqual(lost, { kind: "lost", reason });
    assert.match(rig.troubles[0] ?? "", story);
    await rig.script({ iReadCardBas: GOOD });
    const read = await rig.library.call("readContact", {}, patiently());
    assert.equal(read.kind === "returned" && read.succeeded, true);
    assert.deepEqual(rig.events, ["up", "down", "up"]);
  });
}

test("a call that hangs is ended when its time is over", async () => {
  await using rig = await openVendorRig({ profile: card, answers: { "*": { end: "hang" } } });
  await rig.up();
  const soon = { signal: new AbortController().signal, timeoutMs: 300 };
  const late = await rig.library.call("readContact", {}, soon);
  assert.deepEqual(late, { kind: "lost", reason: "timeout" });
  await rig.script({});
  const read = await rig.library.call("readContact", {}, patiently());
  assert.equal(read.kind, "returned");
});

test("the profile's deadline ends a call whose caller would wait longer", async () => {
  const hasty = cardProfile(libraries?.socialSecurityCard ?? "").replaceAll("5000", "200");
  await using rig = await openVendorRig({ profile: hasty, answers: { "*": { end: "hang" } } });
  const late = await rig.library.call("readContact", {}, patiently());
  assert.deepEqual(late, { kind: "lost", reason: "timeout" });
  assert.match(rig.troubles[0] ?? "", /"readContact" did not return in time/);
});

test("a process that stands still is noticed by its heartbeat before the deadline", async () => {
  await using rig = await openVendorRig({
    profile: card,
    answers: { "*": { end: "stop" } },
    heartbeatMs: 200,
  });
  const lost = await rig.library.call("verifyPinContact", {}, patiently());
  assert.deepEqual(lost, { kind: "lost", reason: "timeout" });
  assert.match(rig.troubles[0] ?? "", /its heart stopped/);
});

test("a call that is given up ends, and the next one waits for the new process", async () => {
  await using rig = await openVendorRig({
    profile: card,
    answers: { iVerifyPIN: { end: "hang" } },
    backOffMs: [60_000],
  });
  for (let n = 0; n < 3; n++) {
    const stop = new AbortController();
    const called = rig.library.call("verifyPinContact", {}, {
      signal: stop.signal,
      timeoutMs: 60_000,
    });
    await until(async () => (await rig.calls()).filter(isPin).length === n + 1);
    stop.abort();
    assert.deepEqual(await called, { kind: "lost", reason: "cancelled" });
  }
  const read = await rig.library.call("readContact", {}, patiently());
  assert.equal(read.kind, "returned");
  assert.deepEqual(rig.troubles, []);
});

test("a call that waits for its turn is given up without harm to the one before", async () => {
  await using rig = await openVendorRig({ profile: card, answers: { "*": { slowMs: 500 } } });
  await rig.up();
  const first = rig.library.call("readContact", {}, patiently());
  const stop = new AbortController();
  const second = rig.library.call("readContact", {}, { signal: stop.signal, timeoutMs: 60_000 });
  const soon = { signal: new AbortController().signal, timeoutMs: 50 };
  const third = rig.library.call("readContact", {}, soon);
  assert.deepEqual(await third, { kind: "lost", reason: "timeout" });
  stop.abort();
  assert.deepEqual(await second, { kind: "lost", reason: "cancelled" });
  assert.equal((await first).kind, "returned");
  assert.deepEqual(rig.events, ["up"]);
});

test("what a library prints does not come between the answers, nor anywhere else", async () => {
  await using rig = await openVendorRig({ profile: card, answers: { "*": { prints: true } } });
  for (let n = 0; n < 3; n++) {
    assert.equal((await rig.library.call("readContact", {}, patiently())).kind, "returned");
  }
  assert.deepEqual(rig.troubles, []);
});

test("an int where the profile says long is taken for what it is, and told", async () => {
  await using rig = await openVendorRig({
    profile: card,
    answers: { iReadCardBas: { code: -2201, hasGarbage: true } },
  });
  const reply = await rig.library.call("readContact", {}, patiently());
  assert.equal(reply.kind === "returned" && reply.code, -2201);
  await rig.library.call("readContact", {}, patiently());
  assert.equal(rig.troubles.length, 1);
  assert.match(rig.troubles[0] ?? "", /"readContact" is no i64, expected i32/);
});

test("a number where the profile says text costs the process, not the kiosk", async () => {
  await using rig = await openVendorRig({ profile: trouble });
  const reply = await rig.library.call("text", { which: 12_345 }, patiently());
  assert.deepEqual(reply, { kind: "lost", reason: "crashed" });
  const next = await rig.library.call("text", { which: 1 }, patiently());
  assert.equal(next.kind, "returned");
});

test("a length that is more than there is room for is an overrun", async () => {
  await using rig = await openVendorRig({ profile: trouble, answers: { Turn: { code: -1 } } });
  const reply = await rig.library.call("turn", { bytes: new Uint8Array(4) }, patiently());
  assert.deepEqual(reply, { kind: "lost", reason: "overrun" });
});

test("a library that writes behind what it was given to read is caught", async () => {
  await using rig = await openVendorRig({ profile: trouble });
  const reply = await rig.library.call("scribble", { text: "abc" }, patiently());
  assert.deepEqual(reply, { kind: "lost", reason: "overrun" });
});

test("files of a session are gone when it ends, and when the process dies", async () => {
  await using rig = await openVendorRig({
    profile: card,
    answers: { "*": { leavesFiles: true } },
  });
  const names = async () =>
    (await Array.fromAsync(Deno.readDir(rig.workFolder), ({ name }) => name))
      .filter((name) => !name.startsWith(".")).sort();
  await rig.library.call("readContact", {}, patiently());
  assert.deepEqual(await names(), ["wz.txt", "zp.bmp"]);
  await rig.library.endSession();
  assert.deepEqual(await names(), []);
  await rig.script({ "*": { leavesFiles: true, end: "crash" } });
  await rig.library.call("readContact", {}, patiently());
  await rig.up();
  assert.deepEqual(await names(), []);
});

test("a folder that cannot be wiped takes the library out of service", async () => {
  await using rig = await openVendorRig({ profile: card, backOffMs: [60_000] });
  await rig.up();
  await Deno.remove(rig.workFolder, { recursive: true });
  await Deno.writeTextFile(rig.workFolder, "");
  await rig.library.endSession();
  assert.equal(rig.library.condition, "offline");
  assert.match(rig.troubles[0] ?? "", /its folder cannot be wiped/);
  await Deno.remove(rig.workFolder);
});

const REFUSALS: readonly (readonly [string, string, RegExp])[] = [
  [
    "a file that is not there",
    cardProfile("/nowhere/libx.so"),
    /Cannot load "\/nowhere\/libx\.so"/,
  ],
  ["a file that is no library", cardProfile(import.meta.filename ?? ""), /invalid ELF header/],
  [
    "a function that is not there",
    trouble.replace("optional = true", ""),
    /Cannot find NotThere in/,
  ],
  [
    "a symbol of a library that was not loaded first",
    cardProfile(libraries?.needsReader ?? ""),
    /undefined symbol: reader_state/,
  ],
  [
    "an init function without success",
    troubleProfile(
      libraries?.trouble ?? "",
      `init = { function = "start", inputs = { settings = "wrong" } }`,
    ),
    /"start" returned -1/,
  ],
];

for (const [name, profile, story] of REFUSALS) {
  test(`${name} is told in words, again and again, and calls are offline`, async () => {
    await using rig = await openVendorRig({ profile, backOffMs: [1] });
    await rig.trouble(2);
    assert.match(rig.troubles[0] ?? "", story);
    assert.match(rig.troubles[1] ?? "", story);
    assert.equal(rig.library.condition, "offline");
    assert.deepEqual(rig.events, []);
  });
}

test("a library that hangs while it is loaded is ended and started again", async () => {
  const top = `startMs = 2_000\ninit = { function = "start", inputs = { settings = "{}" } }`;
  await using rig = await openVendorRig({
    profile: troubleProfile(libraries?.trouble ?? "", top),
    answers: { Init: { end: "hang" } },
    heartbeatMs: 100,
  });
  await rig.trouble(1);
  assert.match(rig.troubles[0] ?? "", /it did not start in time/);
  await rig.script({});
  assert.equal((await rig.library.call("nothing", {}, patiently())).kind, "returned");
});

test("waits between starts grow while it comes to nothing, and calls meanwhile are offline", async () => {
  await using rig = await openVendorRig({
    profile: cardProfile("/none.so"),
    backOffMs: [1, 60_000],
  });
  await rig.trouble(2);
  const reply = await rig.library.call("readContact", {}, patiently());
  assert.deepEqual(reply, { kind: "lost", reason: "offline" });
  assert.equal(rig.troubles.length, 2);
});

test("a library that served in between is started at once, however often it dies", async () => {
  await using rig = await openVendorRig({ profile: card, backOffMs: [0, 60_000] });
  for (let n = 0; n < 3; n++) {
    await rig.script({});
    assert.equal((await rig.library.call("readContact", {}, patiently())).kind, "returned");
    await rig.script({ "*": { end: "crash" } });
    assert.equal((await rig.library.call("readContact", {}, patiently())).kind, "lost");
  }
  await rig.script({});
  assert.equal((await rig.library.call("readContact", {}, patiently())).kind, "returned");
});

test("a program that cannot be started is a library that is offline", async () => {
  await using rig = await openVendorRig({
    profile: card,
    command: ["/nowhere/yikatong"],
    backOffMs: [1],
  });
  await rig.trouble(2);
  assert.equal(rig.library.condition, "offline");
});

test("a program that says what no host says is ended", async () => {
  await using rig = await openVendorRig({
    profile: card,
    command: ["/bin/sh", "-c", "echo what a patient is called; sleep 60"],
    backOffMs: [60_000],
  });
  await rig.trouble(1);
  assert.deepEqual(rig.troubles, ['Library "simulated" is down: it said what no host says']);
});

test("an answer that nobody asked for ends the process: it may be another patient's", async () => {
  const outputs = { information: "what a patient is called" };
  const frames = [
    { kind: "ready", functions: ["readContact"] },
    { kind: "returned", id: 0, succeeded: true, code: 0, outputs, hasOddResult: false },
  ].flatMap((message) => [...encodeFrame(message)]);
  const bytes = frames.map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
  await using rig = await openVendorRig({
    profile: card,
    command: ["/bin/sh", "-c", `printf '${bytes}'; sleep 60`],
    backOffMs: [60_000],
  });
  await rig.trouble(1);
  assert.deepEqual(rig.troubles, ['Library "simulated" is down: it said what no host says']);
});

test("a library can be closed at any time", async () => {
  for (const moment of ["starting", "loaded", "called"] as const) {
    await using rig = await openVendorRig({ profile: card, answers: { "*": { end: "hang" } } });
    if (moment !== "starting") await rig.up();
    const called = moment === "called" ? rig.library.call("readContact", {}, patiently()) : null;
    if (called) await until(async () => (await rig.calls()).length === 1);
    await rig.library[Symbol.asyncDispose]();
    assert.deepEqual(await called, called && { kind: "lost", reason: "offline" });
    const late = await rig.library.call("readContact", {}, patiently());
    assert.deepEqual(late, { kind: "lost", reason: "offline" });
    assert.deepEqual(rig.troubles, []);
  }
});

function isPin(line: string): boolean {
  return line.startsWith("iVerifyPIN ");
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: `vendor library: ${name}`, ignore, fn });
}

function patiently(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: 60_000 };
}
