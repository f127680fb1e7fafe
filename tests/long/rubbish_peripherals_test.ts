import assert from "node:assert/strict";
import { readMegatecAnswer } from "../../ffi/cabinet/megatec_q1.ts";
import { openMegatecUps } from "../../ffi/cabinet/megatec_ups.ts";
import type { CommandOptions } from "../../ffi/contract.ts";
import { SdtReplyReader } from "../../ffi/id_card/sdt_frame.ts";
import { openSdtReader } from "../../ffi/id_card/sdt_reader.ts";
import { idCardOf, readTextRecord } from "../../ffi/id_card/text_record.ts";
import type { ByteLine } from "../../ffi/line.ts";
import { piecesOf } from "../../ffi/receipt_printer/command_lengths.ts";
import { openEscposPrinter } from "../../ffi/receipt_printer/escpos_printer.ts";
import { PrinterByteReader, statusOf } from "../../ffi/receipt_printer/status_bytes.ts";
import { CodeFramer } from "../../ffi/scanner/code_framer.ts";
import { readCodeText } from "../../ffi/scanner/code_text.ts";
import { openSerialScanner } from "../../ffi/scanner/serial_scanner.ts";
import { Cable } from "../../sandbox/devices/cable.ts";
import { idCardRecord } from "../../sandbox/devices/id_card_record.ts";
import { serveLine } from "../../sandbox/devices/served_line.ts";
import { seededRandom } from "../random.ts";

/** Whatever bytes come from a device, a driver answers or refuses; it does not break and does not hang. */

const INPUTS = 100_000;
const random = seededRandom(20260722);

const CARDS = [
  ["resident", "44190019900101001X"],
  ["hmt_resident", "810000199001010010"],
  ["foreign_permanent_resident", "CAN110190010101"],
  ["foreign_permanent_resident", "911124199001010010"],
] as const;
const RECORDS = CARDS.map(([document, idNumber]) =>
  idCardRecord({ document, idNumber, name: "欧阳𠮷", validUntil: "长期" })
);

Deno.test(`text records of identity cards: ${INPUTS} malformed inputs (R-DEV-04)`, () => {
  let refused = 0;
  for (let input = 0; input < INPUTS; input++) {
    const record = readTextRecord(mutate(pick(RECORDS)));
    if (record === null) refused++;
    else {
      const { name, idNumber, validUntil } = idCardOf(record);
      assert.match(idNumber, /^(?:\d{17}[\dX]|[A-Z]{3}\d{12})$/);
      assert.match(validUntil, /^(?:\d{8}|长期)$/);
      assert.ok(name.length > 0 && name.length <= 60 && name.isWellFormed());
    }
  }
  assert.ok(refused > INPUTS / 3 && refused < INPUTS, `${refused} refused`);
});

Deno.test(`frames of identity card readers: ${INPUTS} malformed inputs`, () => {
  const frames = [sdtFrame([0, 0, 0x9f, 1, 2, 3, 4]), sdtFrame([0, 0, 0x90]), sdtFrame(longRead())];
  const reader = new SdtReplyReader();
  let replies = 0;
  for (let input = 0; input < INPUTS; input++) {
    const good = input % 50 === 0 ? frames[2] : frames[input % 2];
    assert.ok(good);
    reader.push(mutate(good));
    for (let taken = 0; taken < 20; taken++) {
      const reply = reader.take();
      if (reply === null) break;
      if (reply.kind === "reply") replies++;
    }
    if (input % 10 === 9) reader.clear();
  }
  reader.clear();
  assert.ok(frames[0]);
  reader.push(frames[0]);
  assert.equal(reader.take()?.kind, "reply", "a sound frame is read behind any rubbish");
  assert.ok(replies > INPUTS / 20, `${replies} replies`);
});

Deno.test(`status of receipt printers: ${INPUTS} malformed inputs`, () => {
  const reader = new PrinterByteReader();
  for (let input = 0; input < INPUTS; input++) {
    for (const byte of randomBytes(8)) {
      const read = reader.read(byte);
      if (read?.kind === "real_time") assert.equal(byte & 0x93, 0x12);
    }
    const [one = 0, two = 0, three = 0, four = 0] = randomBytes(4);
    const status = statusOf({ 1: one, 2: two, 3: three, 4: four });
    if (status.paper === "full") assert.equal(four & 0x6c, 0);
    if (status.cover === "closed") assert.equal(two & 0x04, 0);
  }
});

Deno.test(`slips cut between their commands: ${INPUTS} malformed inputs`, () => {
  const slip = Uint8Array.of(
    ...[0x1b, 0x40, 0x1c, 0x26, 0xd0, 0xd5, 0x0a, 0x1d, 0x21, 0x11, 0x1b, 0x61, 1],
    ...[
      0x1d,
      0x28,
      0x6b,
      5,
      0,
      0x31,
      0x50,
      0x30,
      0x41,
      0x42,
      0x1d,
      0x76,
      0x30,
      0,
      2,
      0,
      1,
      0,
      7,
      7,
    ],
    ...[0x1d, 0x6b, 73, 2, 0x41, 0x42, 0x1b, 0x2a, 33, 1, 0, 1, 2, 3, 0x1d, 0x56, 0x42, 0],
  );
  for (let input = 0; input < INPUTS; input++) {
    const bytes = mutate(slip);
    let at = 0;
    for (const piece of piecesOf(bytes, 1 + below(20))) {
      assert.ok(piece.length > 0);
      at += piece.length;
    }
    assert.equal(at, bytes.length);
  }
});

Deno.test(`codes of scanners: ${INPUTS} malformed inputs (R-DEV-13)`, () => {
  const codes = ["6901234567892\r\n", "https://x.cn/就诊?a=1\r", "就诊码\r\n"].map((text) =>
    new TextEncoder().encode(text)
  );
  const framer = new CodeFramer({ terminators: [0x0d, 0x0a], bytesMax: 64 });
  let delivered = 0;
  for (let input = 0; input < INPUTS; input++) {
    framer.push(mutate(pick(codes)));
    if (random() < 0.05) framer.drop();
    if (random() < 0.3) continue;
    const code = framer.gap();
    if (code === null) continue;
    assert.ok(code.length <= 64);
    const text = readCodeText(code, 32);
    if (text === null) continue;
    delivered++;
    assert.doesNotMatch(text, /\p{Cc}/u);
    assert.ok(text.length > 0 && text.length <= 32);
  }
  assert.ok(delivered > INPUTS / 10, `${delivered} delivered`);
});

Deno.test(`answers of power supplies: ${INPUTS} malformed inputs`, () => {
  const good = new TextEncoder().encode("(208.4 140.0 208.4 034 59.9 2.05 35.0 00110000\r");
  assert.ok(readMegatecAnswer(good));
  let read = 0;
  for (let input = 0; input < INPUTS; input++) {
    const report = readMegatecAnswer(mutate(good));
    if (!report) continue;
    read++;
    assert.ok(report.inputVolts >= 0 && report.inputVolts < 1_000);
    assert.ok(report.batteryVolts >= 0 && report.batteryVolts < 100);
  }
  assert.ok(read > 0 && read < INPUTS / 5, `${read} read`);
});

Deno.test("drivers of peripherals on lines that talk rubbish end every command", async () => {
  const cable = new Cable(talkRubbish);
  await using lines = new AsyncDisposableStack();
  const waits = { openLine: cable.openLine, replyWaitMs: 2, backOffMs: [1] };
  const idCards = lines.use(await openSdtReader({ ...waits, pollMs: 1 }));
  const printer = lines.use(
    await openEscposPrinter({ ...waits, columns: 48, watchMs: 60_000, finishBy: 1 }),
  );
  const ups = lines.use(await openMegatecUps({ ...waits, pollMs: 60_000 }));
  const scanner = lines.use(await openSerialScanner({ openLine: cable.openLine, gapMs: 1 }));
  for (let round = 0; round < 20; round++) {
    const completions = await Promise.all([
      idCards.read(options()),
      printer.print(randomBytes(300), options()),
      scanner.scan(options()),
    ]);
    for (const { kind } of completions) assert.ok(kind === "done" || kind === "failed");
    assert.notEqual((await ups.status()).supply, "mains");
    await printer.status();
    await idCards.status();
  }
});

/** A device that answers whatever it hears with something else. */
async function talkRubbish(line: ByteLine): Promise<void> {
  await serveLine(line, async () => {
    await line.write(randomBytes(1 + below(40)), { timeoutMs: 1_000 });
  });
}

function options(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: 60 };
}

function sdtFrame(body: readonly number[]): Uint8Array {
  const length = body.length + 1;
  const counted = [length >> 8, length & 0xff, ...body];
  return Uint8Array.of(
    ...[0xaa, 0xaa, 0xaa, 0x96, 0x69],
    ...counted,
    counted.reduce((sum, byte) => sum ^ byte, 0),
  );
}

function longRead(): number[] {
  return [0, 0, 0x90, 1, 0, 4, 0, ...(RECORDS[0] ?? []), ...randomBytes(1024)];
}

function mutate(good: Uint8Array): Uint8Array {
  const bytes = good.slice();
  switch (below(6)) {
    case 0:
      return bytes.subarray(0, below(bytes.length));
    case 1:
      return randomBytes(below(300));
    case 2: {
      const at = below(bytes.length);
      return new Uint8Array([...bytes.subarray(0, at), below(256), ...bytes.subarray(at)]);
    }
    case 3: {
      const [from, to] = [below(bytes.length), below(bytes.length)];
      bytes.copyWithin(from, to, to + below(20));
      return bytes;
    }
    default:
      for (let changes = below(3); changes > 0; changes--) {
        bytes[below(bytes.length)] = below(256);
      }
      return bytes;
  }
}

function randomBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, () => below(256));
}

function pick<Item>(list: readonly Item[]): Item {
  const picked = list[below(list.length)];
  assert.ok(picked !== undefined);
  return picked;
}

function below(limit: number): number {
  return Math.floor(random() * limit);
}
