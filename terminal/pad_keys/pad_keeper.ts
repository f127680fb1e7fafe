import type { PadKeysState } from "../../server/modules/fleet/contract.ts";
import type { Pause } from "../../server/platform/pause.ts";
import type { PadKeys } from "../card_payment.ts";
import { askPadKeys } from "../platform_calls.ts";
import type { PlatformClient } from "../platform_client.ts";
import type { PadKeyTrouble } from "./pad_key_trouble.ts";
import { type PadKeyEnd, type SettleDeps, settlePadKeys } from "./settle_pad_keys.ts";

/** How soon new keys that the platform wants, or keys that are gone, are noticed. */
const CHECK_WAIT_MS = 60_000;
/** While the pad has no keys, doubled each time: a ceremony may come, and may come much later. */
const TROUBLE_WAIT_MS = 5_000;
const TROUBLE_WAIT_MS_MAX = 10 * 60_000;
/** Between any two looks: a pad that comes and goes keeps nobody busy. */
const LOOK_WAIT_MS = 1_000;

interface Deps extends SettleDeps {
  readonly client: Pick<PlatformClient, "call">;
  readonly pause: Pause;
  readonly tellChanged: () => void;
}

/** The pad's keys for one payment; nobody changes them till it is over. */
export interface LentPad extends Disposable {
  readonly keys: PadKeys;
}

/** Keeps work keys in the PIN pad, and knows whether cards can be paid with. */
export class PadKeeper {
  readonly #deps: Deps;
  #end: PadKeyEnd = { kind: "missing", trouble: "starting" };
  /** Settles when nobody uses the pad. */
  #free: Promise<void> = Promise.resolve();
  #wake = new AbortController();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Null while bank cards can be paid with. */
  get trouble(): PadKeyTrouble | null {
    return this.#end.kind === "ready" ? null : this.#end.trouble;
  }

  /** Waits while keys are being loaded; null without any. */
  async lend(): Promise<LentPad | null> {
    const release = await this.#takePad();
    const end = this.#end;
    if (end.kind === "ready") return { keys: end.keys, [Symbol.dispose]: release };
    release();
    return null;
  }

  /** Something may have happened to the pad: it is looked at without waiting. */
  look(): void {
    this.#wake.abort();
  }

  async watch(signal: AbortSignal): Promise<void> {
    const end = this.#deps.pinPad.subscribe(({ kind }) => {
      if (kind !== "pin_progress") this.look();
    });
    let troubleWaitMs = TROUBLE_WAIT_MS;
    try {
      while (!signal.aborted) {
        this.#wake = new AbortController();
        const before = this.trouble;
        await this.check(signal);
        const isSame = this.trouble !== null && this.trouble === before;
        troubleWaitMs = isSame ? Math.min(troubleWaitMs * 2, TROUBLE_WAIT_MS_MAX) : TROUBLE_WAIT_MS;
        const ms = this.trouble === null ? CHECK_WAIT_MS : troubleWaitMs;
        await this.#deps.pause(LOOK_WAIT_MS, signal);
        await this.#deps.pause(ms, AbortSignal.any([signal, this.#wake.signal]));
      }
    } finally {
      end();
    }
  }

  /** Once: looks at pad and platform, and loads keys where they are missing. */
  async check(signal: AbortSignal): Promise<void> {
    const told = await this.#ask();
    if (signal.aborted) return;
    const release = await this.#takePad();
    try {
      if (!signal.aborted) this.#learn(await settlePadKeys(this.#deps, told, signal));
    } finally {
      release();
    }
  }

  async #ask(): Promise<PadKeysState | null> {
    const answer = await this.#deps.client.call(askPadKeys());
    return answer.kind === "answered" ? answer.value : null;
  }

  async #takePad(): Promise<() => void> {
    const before = this.#free;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#free = before.then(() => promise);
    await before;
    return resolve;
  }

  #learn(end: PadKeyEnd): void {
    const before = this.#end;
    this.#end = end;
    if (JSON.stringify(before) === JSON.stringify(end)) return;
    const { note, tellChanged } = this.#deps;
    if (end.kind === "ready") {
      note({ kind: "pad_keys.ready", severity: "info", fields: { version: end.version } });
    } else {
      note({ kind: "pad_keys.missing", severity: "warning", fields: { reason: end.trouble } });
    }
    if (end.kind === "missing" && end.trouble === "tampered") {
      note({ kind: "pin_pad.tampered", severity: "error", fields: {} });
    }
    tellChanged();
  }
}
