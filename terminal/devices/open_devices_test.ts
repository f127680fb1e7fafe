import assert from "node:assert/strict";
import { PrinterLineSimulator } from "../../sandbox/devices/printer_line.ts";
import { PrinterMechanism } from "../../sandbox/devices/printer_mechanism.ts";
import { openPty, type Pty } from "../../sandbox/devices/pty.ts";
import { ScannerLineSimulator } from "../../sandbox/devices/scanner_line.ts";
import { pauseFor } from "../../server/platform/pause.ts";
import { toTerminalConfig } from "../config.ts";
import { openDevices, type OpenedDevices } from "./open_devices.ts";

const WAIT_MS_MAX = 10_000;
const COLUMNS = 32;
const GAP_MS = 5;

Deno.test("openDevices() sets a scanner up with its own trigger, terminator and gap", async () => {
  const trigger = { on: "16540d", off: "16550d" };
  const scanner = new ScannerLineSimulator({
    pause: pauseFor,
    betweenCodesMs: 0,
    suffix: "#",
    trigger: { on: Uint8Array.fromHex(trigger.on), off: Uint8Array.fromHex(trigger.off) },
  });
  await using port = await openPty();
  void scanner.serve(port.line);
  const config = { driver: "serial", terminators: "23", gap_ms: GAP_MS, trigger };
  await using devices = await open("scanner", port, config);
  const scanning = devices.scanner.scan(patiently());
  await scanner.light(true);
  scanner.present("6901234");
  assert.deepEqual(await scanning, { kind: "done", value: "6901234" });
});

Deno.test("openDevices() prints on a printer without real-time status", async () => {
  const mechanism = new PrinterMechanism(COLUMNS);
  const printer = new PrinterLineSimulator({
    mechanism,
    pause: pauseFor,
    printTakesMs: 0,
    realTime: false,
  });
  await using port = await openPty();
  void printer.serve(port.line);
  await using devices = await open("receipt_printer", port, {
    driver: "escpos_serial",
    columns: COLUMNS,
    status_by: "gs_r",
    finish_by: "gs_r",
    clear_bytes: "",
  });
  assert.equal((await devices.receiptPrinter.status()).device, "online");
  const slip = new TextEncoder().encode("slip\n\x1dV\x00");
  assert.deepEqual(await devices.receiptPrinter.print(slip, patiently()), {
    kind: "done",
    value: null,
  });
  assert.equal(mechanism.sheets.length, 1);
});

Deno.test("a kiosk's file cannot make a room secure, nor change what a pad's display shows", () => {
  const pad = { driver: "kmy", path: "/dev/kiosk/epp" };
  for (const more of [{ isSecureRoom: true }, { is_secure_room: true }, { display_mode: 0 }]) {
    assert.throws(() => config("pin_pad", { ...pad, ...more }), /pin_pad/);
  }
});

function open(device: string, { path }: Pty, settings: object): Promise<OpenedDevices> {
  return openDevices(config(device, { path, ...settings }), {
    keepMovement: () => Promise.resolve(),
    openLibrary: () => Promise.reject(new Error("not asked for")),
  });
}

function config(device: string, settings: object) {
  const platform = { url: "https://ykt.example" };
  return toTerminalConfig({ number: "0317", platform, devices: { [device]: settings } }).devices;
}

function patiently() {
  return { signal: new AbortController().signal, timeoutMs: WAIT_MS_MAX };
}
