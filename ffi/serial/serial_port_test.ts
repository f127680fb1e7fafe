import assert from "node:assert/strict";
import { openPty, type Pty } from "../../sandbox/devices/pty.ts";
import { BYTE_LINE_CHECKS } from "../conformance/byte_line.ts";
import type { ByteLine, LineOptions } from "../line.ts";
import { openSerialPort, type SerialPortOptions } from "./serial_port.ts";

const PATIENTLY: LineOptions = { timeoutMs: 60_000 };
const BAUD = 9_600;

interface Rig extends AsyncDisposable {
  readonly pty: Pty;
  readonly port: ByteLine;
}

async function openRig(): Promise<Rig> {
  await using undo = new AsyncDisposableStack();
  const pty = undo.use(await openPty());
  const port = undo.use(await openSerialPort({ path: pty.path, baud: BAUD }));
  const kept = undo.move();
  return { pty, port, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

for (const [behaviour, check] of Object.entries(BYTE_LINE_CHECKS)) {
  Deno.test(`serial port: ${behaviour}`, async () => {
    await using rig = await openRig();
    await check({ host: rig.port, device: rig.pty.line });
  });
  Deno.test(`pty: ${behaviour}`, async () => {
    await using rig = await openRig();
    if (behaviour.includes("other end")) return;
    await check({ host: rig.pty.line, device: rig.port });
  });
}

Deno.test("serial port: 64 KiB get through to a slow reader, in order", async () => {
  await using rig = await openRig();
  const bytes = new Uint8Array(65_536).map((_, at) => (at * 31) % 253);
  let isWritten = false;
  const writing = rig.port.write(bytes, PATIENTLY).then(() => isWritten = true);
  const first = await rig.pty.line.read(PATIENTLY);
  assert.equal(isWritten, false);
  const got = [...first ?? []];
  while (got.length < bytes.length) got.push(...await rig.pty.line.read(PATIENTLY) ?? []);
  await writing;
  assert.deepEqual(Uint8Array.from(got), bytes);
});

Deno.test("serial port: write() is late, cancelled or gone while a device takes nothing", async () => {
  await using rig = await openRig();
  const bytes = new Uint8Array(200_000);
  const late = rig.port.write(bytes, { timeoutMs: 1 });
  await assert.rejects(late, { trouble: "late", message: /bytes of 200000 are left/ });
  const stop = new AbortController();
  const cancelled = rig.port.write(bytes, { ...PATIENTLY, signal: stop.signal });
  stop.abort();
  await assert.rejects(cancelled, { trouble: "cancelled" });
  const gone = assert.rejects(rig.port.write(bytes, PATIENTLY), { trouble: "gone" });
  await rig.pty.unplug();
  await gone;
});

Deno.test("serial port: modem lines of an unplugged port are gone, not missing", async () => {
  await using rig = await openRig();
  await rig.pty.unplug();
  assert.throws(() => rig.port.modemLines(), { trouble: "gone" });
  await rig.port[Symbol.asyncDispose]();
  assert.throws(() => rig.port.modemLines(), { trouble: "closed" });
});

Deno.test("serial port: a second one on the same device is refused till the first is closed", async () => {
  await using rig = await openRig();
  await refuses({ path: rig.pty.path, baud: BAUD }, /busy, another program has it open/);
  await rig.port[Symbol.asyncDispose]();
  await using again = await openSerialPort({ path: rig.pty.path, baud: BAUD });
  await again.write(Uint8Array.of(1), PATIENTLY);
  assert.deepEqual(await rig.pty.line.read(PATIENTLY), Uint8Array.of(1));
});

Deno.test("serial port: it begins empty, whatever the device said before", async () => {
  await using pty = await openPty();
  await pty.line.write(new Uint8Array(100), PATIENTLY);
  await using port = await openSerialPort({ path: pty.path, baud: 115_200, stopBits: 2 });
  await pty.line.write(Uint8Array.of(2), PATIENTLY);
  assert.deepEqual(await port.read(PATIENTLY), Uint8Array.of(2));
});

Deno.test("serial port: settings unknown to it, or that the port does not keep, are refused", async () => {
  await using pty = await openPty();
  const port = { path: pty.path, baud: BAUD };
  await refuses({ ...port, baud: 1_234 }, /baud rate 1234, expected one of 1200, 2400/);
  await refuses(asText({ ...port, parity: "maybe" }), /maybe, expected one of none, odd, even/);
  await refuses(asText({ ...port, dataBits: 6 }), /data bits 6, expected one of 7, 8/);
  await refuses(asText({ ...port, stopBits: 3 }), /stop bits 3, expected one of 1, 2/);
  // A pty has eight bits and no parity, and does not say so.
  await refuses({ ...port, parity: "even" }, /it keeps parity bits 0, expected parity bits 100/);
  await refuses({ ...port, dataBits: 7 }, /it keeps 8 data bits, expected 7 data bits/);
});

Deno.test("serial port: a path without a serial port is refused in a technician's words", async () => {
  await refuses(
    { path: "/dev/no-such-port", baud: BAUD },
    /no such device, expected it plugged in/,
  );
  await refuses({ path: "/dev/null/no-port", baud: BAUD }, /no such device|Not a directory/);
  await refuses({ path: "/dev/null", baud: BAUD }, /no serial port, expected a terminal device/);
  await refuses({ path: "ttyS1", baud: BAUD }, /expected an absolute path such as/);
  await refuses({ path: "/dev/\0", baud: BAUD }, /expected an absolute path such as/);
  await refuses({ path: "/tmp", baud: BAUD }, /Cannot open the port "\/tmp"/);
});

Deno.test("serial port: neither opening, closing nor failing leaves it open", async () => {
  await using pty = await openPty();
  const options = { path: pty.path, baud: BAUD };
  const before = await openFiles(pty.path);
  await (await openSerialPort(options))[Symbol.asyncDispose]();
  await refuses({ ...options, baud: 1 }, /baud/);
  await refuses({ ...options, dataBits: 7 }, /7 data bits/);
  await using _port = await openSerialPort(options);
  await refuses(options, /busy/);
  assert.equal(await openFiles(pty.path), before + 1);
});

/** Of this process with that path; tests in other threads have ptys of their own. */
async function openFiles(path: string): Promise<number> {
  const entries = await Array.fromAsync(Deno.readDir("/proc/self/fd"));
  const targets = await Promise.all(
    entries.map(({ name }) => Deno.readLink(`/proc/self/fd/${name}`).catch(() => null)),
  );
  return targets.filter((target) => target === path).length;
}

/** As a profile brings it: not checked by any compiler. */
function asText(options: unknown): SerialPortOptions {
  return JSON.parse(JSON.stringify(options));
}

async function refuses(options: SerialPortOptions, message: RegExp): Promise<void> {
  await assert.rejects(openSerialPort(options), { trouble: "unavailable", message });
}
