import assert from "node:assert/strict";
import type { CommandOptions, Scanner } from "../contract.ts";

export interface ScannerRig {
  readonly scanner: Scanner;
  /** Holds a code before the window and takes it away again; resolves when that is over. */
  show(text: string): Promise<void>;
}

type Check = (rig: ScannerRig) => Promise<void>;

/** What every scanner driver must do; each check wants a rig of its own. */
export const SCANNER_CHECKS: Readonly<Record<string, Check>> = {
  "scan() delivers one code, and nothing that was shown before": async (rig) => {
    await rig.show("111111");
    const scanning = rig.scanner.scan(patiently());
    assert.equal((await rig.scanner.status()).armed, true);
    await rig.show("222222");
    assert.deepEqual(await scanning, { kind: "done", value: "222222" });
    assert.equal((await rig.scanner.status()).armed, false);
  },
  "a code longer than the driver's bound is not delivered": async (rig) => {
    const scanning = rig.scanner.scan(patiently());
    await rig.show("9".repeat(rig.scanner.capabilities.charactersMax + 1));
    await rig.show("333333");
    assert.deepEqual(await scanning, { kind: "done", value: "333333" });
  },
  "scan() ends as cancelled, as timeout, and refuses a second command": async (rig) => {
    const stop = new AbortController();
    const first = rig.scanner.scan({ signal: stop.signal, timeoutMs: 60_000 });
    assert.deepEqual(await rig.scanner.scan(patiently()), { kind: "failed", reason: "busy" });
    stop.abort();
    assert.deepEqual(await first, { kind: "failed", reason: "cancelled" });
    assert.equal((await rig.scanner.status()).armed, false);
    const late = await rig.scanner.scan({ signal: new AbortController().signal, timeoutMs: 1 });
    assert.deepEqual(late, { kind: "failed", reason: "timeout" });
  },
  "reset() ends a scan, and the next one works": async (rig) => {
    const scanning = rig.scanner.scan(patiently());
    assert.deepEqual(await rig.scanner.reset(patiently()), { kind: "done", value: null });
    assert.deepEqual(await scanning, { kind: "failed", reason: "cancelled" });
    const again = rig.scanner.scan(patiently());
    await rig.show("444444");
    assert.deepEqual(await again, { kind: "done", value: "444444" });
  },
};

function patiently(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: 60_000 };
}
