import assert from "node:assert/strict";
import { PrinterByteReader, statusBytesOfPaper, statusOf } from "./status_bytes.ts";

const READY = { 1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12 };

Deno.test("statusOf() tells paper, cover and defects apart", () => {
  assert.deepEqual(statusOf(READY), { device: "online", paper: "full", cover: "closed" });
  assert.equal(statusOf({ ...READY, 4: 0x1e }).paper, "low");
  assert.equal(statusOf({ ...READY, 4: 0x7e }).paper, "out");
  assert.equal(statusOf({ ...READY, 1: 0x1a, 2: 0x32 }).paper, "out");
  assert.equal(statusOf({ ...READY, 1: 0x1a, 2: 0x16 }).cover, "open");
  assert.equal(statusOf({ ...READY, 1: 0x1a, 2: 0x16 }).device, "online");
  for (const error of [0x16, 0x1a, 0x32, 0x52]) {
    assert.equal(statusOf({ ...READY, 3: error }).device, "hardware_error", error.toString(16));
  }
  assert.equal(statusOf({ ...READY, 2: 0x52 }).device, "hardware_error");
});

Deno.test("a printer off line without a reason would swallow a slip, one that feeds would not", () => {
  assert.equal(statusOf({ ...READY, 1: 0x1a }).device, "hardware_error");
  assert.equal(statusOf({ ...READY, 1: 0x1a, 2: 0x1a }).device, "online");
});

Deno.test("statusBytesOfPaper() writes what a printer of DLE EOT would say", () => {
  assert.deepEqual(statusBytesOfPaper(0), READY);
  assert.deepEqual(statusBytesOfPaper(0x03), { ...READY, 4: 0x1e });
  assert.deepEqual(statusBytesOfPaper(0x0f), { 1: 0x1a, 2: 0x32, 3: 0x12, 4: 0x7e });
});

Deno.test("PrinterByteReader tells answers, flow control and automatic blocks apart", () => {
  const reader = new PrinterByteReader();
  const bytes = [
    0x12,
    0x18,
    0x00,
    0x0f,
    0x00,
    0x0f,
    0x13,
    0x11,
    0x7e,
    0xff,
    0x10,
    0x00,
    0x12,
    0x00,
  ];
  assert.deepEqual(bytes.map((byte) => reader.read(byte)), [
    { kind: "real_time", byte: 0x12 },
    ...[null, null, null, null],
    { kind: "paper", byte: 0x0f },
    { kind: "stop" },
    { kind: "go" },
    { kind: "real_time", byte: 0x7e },
    null,
    ...[null, null],
    { kind: "real_time", byte: 0x12 },
    { kind: "paper", byte: 0 },
  ]);
});
