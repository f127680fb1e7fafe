import assert from "node:assert/strict";
import { SCENES } from "../../preview/scenes.ts";
import { KioskModel } from "./model.ts";
import type { Stage } from "../../preview/stage.ts";
import { manualTimers, settle } from "../../testing/manual_timers.ts";
import { orderOf, RECEIPT } from "../../testing/orders.ts";
import { CARD, SETTINGS, START_MS } from "../../testing/people.ts";
import { no, scriptedTerminal, yes } from "../../testing/scripted_terminal.ts";
import { asked, stageAtHome } from "../../testing/stage.ts";

function shown({ kiosk }: Stage): string {
  return kiosk.step.value.kind;
}

Deno.test("KioskModel tries again by itself when the platform is unreachable at boot", async () => {
  const terminal = scriptedTerminal({
    settings: [no("terminal.platform_unreachable"), yes({ settings: SETTINGS, stale: false })],
  });
  const timers = manualTimers(START_MS);
  const kiosk = new KioskModel({ port: terminal, timers });
  await kiosk.start();
  assert.equal(kiosk.step.value.kind, "unreachable");
  await timers.advance(6_000);
  assert.equal(kiosk.step.value.kind, "home");
});

Deno.test("KioskModel shows home at once when the page brought the settings", () => {
  const parts = { port: scriptedTerminal({}), timers: manualTimers(START_MS) };
  assert.equal(new KioskModel({ ...parts, known: SETTINGS }).step.value.kind, "home");
  const suspended = { ...SETTINGS, terminal: { number: "0317", suspended: true } };
  assert.equal(new KioskModel({ ...parts, known: suspended }).step.value.kind, "suspended");
  assert.equal(new KioskModel(parts).step.value.kind, "starting");
});

Deno.test("KioskModel goes out of service and back as the settings say", async () => {
  const { kiosk, terminal } = await stageAtHome();
  const suspended = { ...SETTINGS, terminal: { number: "0317", suspended: true } };
  terminal.emit({ kind: "settings", settings: suspended });
  assert.equal(kiosk.step.value.kind, "suspended");
  terminal.emit({ kind: "settings", settings: SETTINGS });
  assert.equal(kiosk.step.value.kind, "home");
});

Deno.test("KioskModel is out of service while the platform refuses the terminal", async () => {
  const stage = await stageAtHome();
  const { kiosk, terminal } = stage;
  terminal.emit({ kind: "platform", connection: "refused" });
  assert.equal(shown(stage), "suspended");
  terminal.emit({ kind: "platform", connection: "connected" });
  assert.equal(shown(stage), "home");
  kiosk.choose("pay");
  terminal.emit({ kind: "platform", connection: "refused" });
  assert.equal(shown(stage), "identify", "a visit ends as it does without a line");
  kiosk.end();
  await settle();
  assert.equal(shown(stage), "suspended");
});

Deno.test("KioskModel identifies whoever puts a card in before choosing", async () => {
  const stage = await stageAtHome();
  await SCENES["services"]?.(stage);
  assert.equal(stage.kiosk.step.value.kind, "services");
  stage.kiosk.choose("register");
  assert.equal(stage.kiosk.step.value.kind, "register");
});

Deno.test("KioskModel asks before going on without insurance", async () => {
  const stage = await stageAtHome();
  await SCENES["coverage-unavailable"]?.(stage);
  assert.equal(shown(stage), "coverage");
  stage.kiosk.payOneself();
  await settle();
  const step = stage.kiosk.step.value;
  assert.ok(step.kind === "bills");
  const list = step.flow.step.value;
  assert.ok(list.kind === "list" && list.fee.settlement === "self_pay");
});

Deno.test("KioskModel warns before it ends a pause, and any touch goes on", async () => {
  const stage = await stageAtHome();
  await SCENES["bills"]?.(stage);
  await stage.timers.advance(46_000);
  assert.equal(stage.kiosk.overlay.value.kind, "idle");
  stage.kiosk.touched();
  assert.equal(stage.kiosk.overlay.value.kind, "none");
  await stage.timers.advance(40_000);
  assert.equal(stage.kiosk.step.value.kind, "bills");
});

Deno.test("KioskModel forgets the patient when nobody comes back", async () => {
  const stage = await stageAtHome();
  await SCENES["bills"]?.(stage);
  await stage.timers.advance(75_000);
  const { kiosk } = stage;
  assert.equal(kiosk.step.value.kind, "home");
  assert.equal(JSON.stringify([kiosk.step.value, kiosk.overlay.value]).includes("陈"), false);
  assert.ok(asked(stage).includes("endSession"));
});

Deno.test("KioskModel does not end while the patient is paying on the phone", async () => {
  const stage = await stageAtHome();
  await SCENES["order-pay"]?.(stage);
  await stage.timers.advance(110_000);
  assert.equal(stage.kiosk.step.value.kind, "order");
});

Deno.test("KioskModel leaves an unknown order with a slip, then ends the session", async () => {
  const stage = await stageAtHome();
  await SCENES["order-unknown"]?.(stage);
  await stage.timers.advance(65_000);
  const calls = asked(stage);
  assert.ok(calls.indexOf("print") > 0);
  assert.ok(calls.indexOf("print") < calls.indexOf("endSession"));
  assert.equal(asked(stage).includes("cancel"), false);
});

Deno.test("KioskModel asks before leaving while money moves", async () => {
  const stage = await stageAtHome();
  await SCENES["order-working"]?.(stage);
  stage.kiosk.leave();
  assert.equal(stage.kiosk.overlay.value.kind, "leave");
  stage.kiosk.stay();
  assert.equal(stage.kiosk.step.value.kind, "order");
});

Deno.test("KioskModel asks to take the card, then tells staff of one left behind", async () => {
  const stage = await stageAtHome();
  await SCENES["take-card"]?.(stage);
  assert.equal(shown(stage), "farewell");
  await stage.timers.advance(30_000);
  assert.equal(shown(stage), "card_left");
  assert.ok(
    stage.terminal.calls.some(([name, why]) => name === "callStaff" && why === "card_left_behind"),
  );
  stage.terminal.emit({ kind: "card_removed" });
  assert.equal(shown(stage), "home");
});

Deno.test("KioskModel asks whether to go on when the card is pulled while choosing", async () => {
  const stage = await stageAtHome();
  await SCENES["overlay-card-pulled"]?.(stage);
  assert.equal(stage.kiosk.overlay.value.kind, "card_pulled");
  stage.kiosk.end();
  assert.equal(stage.kiosk.step.value.kind, "farewell");
});

Deno.test("KioskModel goes back to the slots when the slot went to somebody else", async () => {
  const stage = await stageAtHome();
  await SCENES["register-slot-taken"]?.(stage);
  const step = stage.kiosk.step.value;
  assert.ok(step.kind === "register");
  const slots = step.flow.step.value;
  assert.ok(slots.kind === "slots" && slots.taken);
});

Deno.test("KioskModel arms the scanner for what the screen wants", async () => {
  const stage = await stageAtHome();
  await SCENES["order-scan"]?.(stage);
  const wants = stage.terminal.calls.filter(([name]) => name === "wantScanner")
    .map(([, want]) => want);
  assert.deepEqual(wants, ["nothing", "credential", "nothing", "payment_code"]);
});

Deno.test("KioskModel measures countdowns by the platform's clock", async () => {
  const ahead = { ...SETTINGS, serverTime: new Date(START_MS + 3_600_000).toISOString() };
  const { kiosk, timers } = await stageAtHome({
    settings: [yes({ settings: ahead, stale: false })],
  });
  assert.equal(kiosk.now.value, START_MS + 3_600_000);
  await timers.advance(1_000);
  assert.equal(kiosk.now.value, START_MS + 3_601_000);
});

Deno.test("KioskModel says the number of the call, or that nobody was reached", async () => {
  const { kiosk, terminal } = await stageAtHome();
  await kiosk.callStaff("help");
  assert.deepEqual(kiosk.overlay.value, { kind: "staff", call: { kind: "called", number: "12" } });
  terminal.script({ callStaff: [no("terminal.platform_unreachable")] });
  await kiosk.callStaff("help");
  assert.deepEqual(kiosk.overlay.value, { kind: "staff", call: { kind: "not_called" } });
});

Deno.test("KioskModel drops an answer that comes after the patient left", async () => {
  const { kiosk, terminal, timers } = await stageAtHome({ bills: ["never"] });
  kiosk.choose("pay");
  terminal.emit({ kind: "credential", credential: CARD });
  await timers.advance(0);
  kiosk.end();
  terminal.emit({ kind: "order", order: orderOf("completed", { receipt: RECEIPT }) });
  await timers.advance(10_000);
  assert.equal(kiosk.step.value.kind, "home");
});

Deno.test("KioskModel gives back a card that lay in the reader before it started", async () => {
  const terminal = scriptedTerminal({ settings: [yes({ settings: SETTINGS, stale: false })] });
  const kiosk = new KioskModel({ port: terminal, timers: manualTimers(START_MS) });
  await kiosk.start();
  const inside = { device: "card_reader", state: "online", mediaPresent: true } as const;
  terminal.emit({ kind: "hello", devices: [inside], platform: "connected", dev: false });
  await settle();
  assert.equal(kiosk.step.value.kind, "farewell");
  assert.ok(terminal.calls.some(([name]) => name === "endSession"));
});

Deno.test("KioskModel says that a forgotten card was retained, then serves on", async () => {
  const stage = await stageAtHome();
  await SCENES["take-card"]?.(stage);
  await stage.timers.advance(30_000);
  assert.equal(shown(stage), "card_left");
  stage.terminal.emit({ kind: "card_retained", number: "0001-261122123000" });
  assert.equal(shown(stage), "card_retained");
  await stage.timers.advance(65_000);
  assert.equal(shown(stage), "home");
});

Deno.test("KioskModel begins nothing on a battery that is nearly empty", async () => {
  const stage = await stageAtHome();
  const low = { device: "ups", state: "battery_low", mediaPresent: false } as const;
  stage.terminal.emit({ kind: "device", status: low });
  stage.terminal.emit({ kind: "credential", credential: CARD });
  assert.equal(shown(stage), "home");
});
