import assert from "node:assert/strict";
import type { ByteLine, LineOptions, LineTrouble } from "../line.ts";

/** Both ends of one wire. */
export interface ByteLineRig {
  /** The end under test. */
  readonly host: ByteLine;
  readonly device: ByteLine;
}

type Check = (rig: ByteLineRig) => Promise<void>;

const PATIENTLY: LineOptions = { timeoutMs: 60_000 };
const AT_ONCE: LineOptions = { timeoutMs: 1 };
/** Control characters among them, which a terminal would take for itself. */
const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, at) => at);

/** What every line must do, whether there is a system in between or not. */
export const BYTE_LINE_CHECKS: Readonly<Record<string, Check>> = {
  "every byte arrives as it was sent, both ways": async ({ host, device }) => {
    await host.write(ALL_BYTES, PATIENTLY);
    assert.deepEqual(await readBytes(device, ALL_BYTES.length), ALL_BYTES);
    await device.write(ALL_BYTES, PATIENTLY);
    assert.deepEqual(await readBytes(host, ALL_BYTES.length), ALL_BYTES);
  },
  "read() gives what has come, and waits for no more": async ({ host, device }) => {
    const reading = host.read(PATIENTLY);
    await device.write(Uint8Array.of(1), PATIENTLY);
    assert.deepEqual(await reading, Uint8Array.of(1));
    await device.write(Uint8Array.of(2, 3), PATIENTLY);
    assert.deepEqual(await readBytes(host, 2), Uint8Array.of(2, 3));
  },
  "read() is null when nothing comes, and the line goes on": async ({ host, device }) => {
    assert.equal(await host.read(AT_ONCE), null);
    assert.equal(await host.read({ timeoutMs: 0 }), null);
    await device.write(Uint8Array.of(4), PATIENTLY);
    assert.deepEqual(await host.read(PATIENTLY), Uint8Array.of(4));
  },
  "read() ends as cancelled, and the line goes on": async ({ host, device }) => {
    const stop = new AbortController();
    const reading = rejectsWith(host.read({ ...PATIENTLY, signal: stop.signal }), "cancelled");
    stop.abort();
    await reading;
    await rejectsWith(host.read({ ...PATIENTLY, signal: stop.signal }), "cancelled");
    await rejectsWith(host.write(ALL_BYTES, { ...PATIENTLY, signal: stop.signal }), "cancelled");
    const next = host.read(PATIENTLY);
    await device.write(Uint8Array.of(5), PATIENTLY);
    assert.deepEqual(await next, Uint8Array.of(5));
  },
  "one writes while the other reads": async ({ host, device }) => {
    const reading = host.read(PATIENTLY);
    await host.write(Uint8Array.of(6), PATIENTLY);
    assert.deepEqual(await device.read(PATIENTLY), Uint8Array.of(6));
    await device.write(Uint8Array.of(7), PATIENTLY);
    assert.deepEqual(await reading, Uint8Array.of(7));
  },
  "no read is longer than 4096 bytes, and none is lost": async ({ host, device }) => {
    const bytes = new Uint8Array(10_000).map((_, at) => at % 251);
    const writing = device.write(bytes, PATIENTLY);
    assert.deepEqual(await readBytes(host, bytes.length), bytes);
    await writing;
  },
  "discardInput() drops what has come": async ({ host, device }) => {
    await device.write(new Uint8Array(3_000), PATIENTLY);
    host.discardInput();
    await device.write(Uint8Array.of(8), PATIENTLY);
    assert.deepEqual(await host.read(PATIENTLY), Uint8Array.of(8));
  },
  "the line is gone when its other end is": async ({ host, device }) => {
    const reading = rejectsWith(host.read(PATIENTLY), "gone");
    await device[Symbol.asyncDispose]();
    await reading;
    await rejectsWith(host.read(PATIENTLY), "gone");
    await rejectsWith(host.write(Uint8Array.of(9), PATIENTLY), "gone");
  },
  "what waits ends as closed, as does all after it": async ({ host }) => {
    const reading = rejectsWith(host.read(PATIENTLY), "closed");
    await Promise.all([host[Symbol.asyncDispose](), host[Symbol.asyncDispose]()]);
    await reading;
    await rejectsWith(host.read(PATIENTLY), "closed");
    await rejectsWith(host.write(Uint8Array.of(9), PATIENTLY), "closed");
    host.discardInput();
  },
  "a wire of memory has no modem lines": ({ host }) => {
    assert.equal(host.modemLines(), null);
    return Promise.resolve();
  },
};

async function readBytes(line: ByteLine, count: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count;) {
    const piece = await line.read(PATIENTLY);
    assert.ok(piece !== null && piece.length > 0 && piece.length <= 4096);
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

async function rejectsWith(work: Promise<unknown>, trouble: LineTrouble): Promise<void> {
  await assert.rejects(work, { name: "LineError", trouble });
}
