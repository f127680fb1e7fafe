import assert from "node:assert/strict";
import type { CommandOptions, RealTimeStatusNumber, ReceiptPrinter } from "../contract.ts";

export interface ReceiptPrinterRig {
  readonly printer: ReceiptPrinter;
  loadPaper(lines: number): void;
  setCover(open: boolean): void;
}

type Check = (rig: ReceiptPrinterRig) => Promise<void>;

const LINE = new TextEncoder().encode("0123456789\n");

/** What every receipt printer driver must do; each check wants a rig of its own with a full roll. */
export const RECEIPT_PRINTER_CHECKS: Readonly<Record<string, Check>> = {
  "print() completes, and real-time status reads as ready": async (rig) => {
    assert.deepEqual(await rig.printer.print(LINE, patiently()), { kind: "done", value: null });
    for (const n of [1, 2, 3, 4] as const) assert.equal(await statusByte(rig, n), 0x12);
  },
  "without paper nothing is taken, and DLE EOT says paper end": async (rig) => {
    rig.loadPaper(0);
    assert.equal((await rig.printer.status()).paper, "out");
    assert.deepEqual(await rig.printer.print(LINE, patiently()), {
      kind: "failed",
      reason: "paper_out",
    });
    assert.equal(await statusByte(rig, 1), 0x1a);
    assert.equal(await statusByte(rig, 2), 0x32);
    assert.equal(await statusByte(rig, 4), 0x7e);
  },
  "paper that ends mid-slip fails the slip": async (rig) => {
    rig.loadPaper(1);
    const bytes = new Uint8Array([...LINE, ...LINE]);
    assert.deepEqual(await rig.printer.print(bytes, patiently()), {
      kind: "failed",
      reason: "paper_out",
    });
    rig.loadPaper(100);
    assert.equal((await rig.printer.print(bytes, patiently())).kind, "done");
  },
  "an open cover is told from missing paper": async (rig) => {
    rig.setCover(true);
    assert.equal((await rig.printer.status()).cover, "open");
    assert.deepEqual(await rig.printer.print(LINE, patiently()), {
      kind: "failed",
      reason: "cover_open",
    });
    assert.equal((await statusByte(rig, 2)) & 0x04, 0x04);
    rig.setCover(false);
    assert.equal((await rig.printer.print(LINE, patiently())).kind, "done");
  },
  "a slip beyond the bound is refused whole": async (rig) => {
    const bytes = new Uint8Array(rig.printer.capabilities.bytesMax + 1);
    assert.deepEqual(await rig.printer.print(bytes, patiently()), {
      kind: "failed",
      reason: "too_long",
    });
  },
  "reset() leaves a printer that prints": async (rig) => {
    assert.deepEqual(await rig.printer.reset(patiently()), { kind: "done", value: null });
    assert.deepEqual(await rig.printer.print(LINE, patiently()), { kind: "done", value: null });
  },
  "a slip that is given up before it begins is cancelled": async (rig) => {
    const signal = AbortSignal.abort();
    assert.deepEqual(await rig.printer.print(LINE, { signal, timeoutMs: 60_000 }), {
      kind: "failed",
      reason: "cancelled",
    });
  },
};

async function statusByte(rig: ReceiptPrinterRig, n: RealTimeStatusNumber): Promise<number> {
  const completion = await rig.printer.realTimeStatus(n, patiently());
  assert.equal(completion.kind, "done");
  const byte = completion.kind === "done" ? completion.value : 0;
  assert.equal(byte & 0x93, 0x12);
  return byte;
}

function patiently(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: 60_000 };
}
