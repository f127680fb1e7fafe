/** What a port does and no pty: modem lines, half-done calls, errors of hardware. */
import assert from "node:assert/strict";
import { FdLine } from "../../ffi/serial/fd_line.ts";
import {
  cString,
  EAGAIN,
  EINTR,
  EINVAL,
  EIO,
  ENOTTY,
  Libc,
  O_NOCTTY,
  O_NONBLOCK,
  O_RDWR,
} from "../../ffi/serial/libc.ts";
import { TIOCM_CAR, TIOCM_CTS, TIOCM_DSR, TIOCM_RNG } from "../../ffi/serial/termios.ts";
import type { ByteLine, LineOptions } from "../../ffi/line.ts";
import { openPty } from "../../sandbox/devices/pty.ts";
import { say } from "../../tools/say.ts";
import { openPortStub, type PortStub } from "../serial/port_stub.ts";

const PATIENTLY: LineOptions = { timeoutMs: 60_000 };
/** Those are outputs, set by ourselves. */
const DTR_RTS = 0x6;
const EMFILE = 24;

interface Rig {
  readonly script: PortStub["script"];
  readonly port: ByteLine;
  readonly device: ByteLine;
}

function stubTest(name: string, check: (rig: Rig) => Promise<void> | void): void {
  Deno.test(`serial port over a C stub: ${name}`, async () => {
    await using stub = await openPortStub();
    if (stub === null) return await say("NOT RUN: expected Debian's gcc");
    await using pty = await openPty();
    const libc = new Libc(stub.path);
    const fd = libc.fn.open(cString(pty.path), O_RDWR | O_NOCTTY | O_NONBLOCK, 0);
    const onClosed = () => libc[Symbol.dispose]();
    await using port = new FdLine({ name: "/dev/ttyS1", libc, fd, onClosed });
    await check({ script: stub.script, port, device: pty.line });
  });
}

stubTest("modemLines() tells CTS, DSR, carrier and ring apart", ({ script, port }) => {
  const none = { cts: false, dsr: false, carrier: false, ring: false };
  const bits: [number, Partial<typeof none>][] = [
    [DTR_RTS, {}],
    [DTR_RTS | TIOCM_CTS, { cts: true }],
    [DTR_RTS | TIOCM_DSR, { dsr: true }],
    [DTR_RTS | TIOCM_CAR, { carrier: true }],
    [DTR_RTS | TIOCM_RNG, { ring: true }],
    [TIOCM_CTS | TIOCM_DSR | TIOCM_CAR, { cts: true, dsr: true, carrier: true }],
  ];
  for (const [lines, active] of bits) {
    script.stub_modem(0, lines);
    assert.deepEqual(port.modemLines(), { ...none, ...active });
  }
});

stubTest("modemLines() is null where a port has none, and gone with it", ({ script, port }) => {
  for (const errno of [ENOTTY, EINVAL]) {
    script.stub_modem(errno, 0);
    assert.equal(port.modemLines(), null);
  }
  script.stub_modem(EIO, 0);
  assert.throws(() => port.modemLines(), { trouble: "gone", message: /error 5$/ });
});

stubTest("a call that was interrupted is made again", async ({ script, port, device }) => {
  const bytes = Uint8Array.of(1, 2, 3);
  for (const errno of [EINTR, EAGAIN]) {
    script.stub_write_error(errno);
    await port.write(bytes, PATIENTLY);
    assert.deepEqual(await device.read(PATIENTLY), bytes);
    script.stub_read_error(errno);
    script.stub_poll_error(EINTR);
    const reading = port.read(PATIENTLY);
    await device.write(bytes, PATIENTLY);
    assert.deepEqual(await reading, bytes);
  }
});

stubTest("bytes that are taken one by one all arrive", async ({ script, port, device }) => {
  script.stub_write_bytes_max(1);
  const bytes = Uint8Array.from({ length: 300 }, (_, at) => at % 256);
  await port.write(bytes, PATIENTLY);
  const got: number[] = [];
  while (got.length < bytes.length) got.push(...await device.read(PATIENTLY) ?? []);
  assert.deepEqual(Uint8Array.from(got), bytes);
});

stubTest("an error of the hardware is a device that is gone", async ({ script, port }) => {
  const gone = { trouble: "gone", message: /error 5$/ };
  script.stub_read_error(EIO);
  await assert.rejects(port.read(PATIENTLY), gone);
  script.stub_write_error(EIO);
  await assert.rejects(port.write(Uint8Array.of(1), PATIENTLY), gone);
});

stubTest("a port that is ready and moves nothing is gone, not asked for ever", async (rig) => {
  rig.script.stub_hollow_polls(1_000_000);
  const message = /ready, yet nothing moves/;
  await assert.rejects(rig.port.read(PATIENTLY), { trouble: "gone", message });
});

stubTest("an idle port sleeps in one poll, and so does one that is woken", async (rig) => {
  const { script, port, device } = rig;
  script.stub_polls();
  assert.equal(await port.read({ timeoutMs: 300 }), null);
  // A second one where the clock and poll's milliseconds part by less than one.
  assert.ok(script.stub_polls() <= 2);
  const reading = port.read(PATIENTLY);
  await device.write(Uint8Array.of(1), PATIENTLY);
  await reading;
  assert.ok(script.stub_polls() <= 1);
});

stubTest("a line that was cancelled, or is gone, is not polled again and again", async (rig) => {
  const { script, port, device } = rig;
  const stop = new AbortController();
  const cancelled = assert.rejects(port.read({ ...PATIENTLY, signal: stop.signal }));
  stop.abort();
  await cancelled;
  script.stub_polls();
  assert.equal(await port.read({ timeoutMs: 100 }), null);
  assert.ok(script.stub_polls() <= 2);
  const gone = assert.rejects(port.read(PATIENTLY), { trouble: "gone" });
  await device[Symbol.asyncDispose]();
  await gone;
  assert.ok(script.stub_polls() <= 1);
});

Deno.test("serial port over a C stub: a process without descriptors is told, and no more", async () => {
  await using stub = await openPortStub();
  if (stub === null) return await say("NOT RUN: expected Debian's gcc");
  using libc = new Libc(stub.path);
  stub.script.stub_eventfd_error(EMFILE);
  const open = () => new FdLine({ name: "/dev/ttyS1", libc, fd: -1 });
  assert.throws(open, { name: "LineError", trouble: "unavailable", message: /error 24/ });
});
