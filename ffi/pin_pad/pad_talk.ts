import type { ByteLine } from "../line.ts";
import type { PadInput, PadParser, PadReply } from "./frame.ts";
import { PadTrouble } from "./pad_trouble.ts";

/** What a reply says besides its data. */
export interface Verdict {
  /** Null when the pad did what it was asked. */
  readonly failure: PadTrouble["reason"] | null;
  /** Absent where the reply does not tell. `keys_missing`: erased by tampering, or never loaded. */
  readonly tamper?: "intact" | "tampered" | "keys_missing";
  readonly battery?: "good" | "low";
}

/** Between one line and one protocol. */
export interface PadTalkOptions {
  readonly line: ByteLine;
  readonly parser: PadParser;
  readonly judge: (reply: PadReply) => Verdict;
  /** Hears of every verdict before the caller hears of the failure. */
  readonly onVerdict: (verdict: Verdict) => void;
  readonly replyWaitMs: number;
}

/** How a question is asked. */
export interface AskOptions {
  /** Asked once more when the answer was garbled; only where that can change nothing. */
  readonly repeatable?: boolean;
  /** Instead of the usual wait, where the pad works long. */
  readonly waitMs?: number;
}

const WRITE_WAIT_MS_MAX = 10_000;
/** A slow pad pauses less between two bytes of one frame. */
const QUIET_MS = 30;
const QUIET_READS_MAX = 64;
const KEY_WAIT_MS = 60_000;
/** More keys than a PIN has, typed before the pad's reply was read. */
const HELD_INPUTS_MAX = 64;
const NAK = 0x15;

/** Question and answer on one line, with keys of the keypad in between. */
export class PadTalk {
  readonly line: ByteLine;
  readonly #options: PadTalkOptions;
  #held: PadInput[] = [];
  /** An answer may still be under way that belongs to no question any more. */
  #isOutOfStep = true;

  constructor(options: PadTalkOptions) {
    this.line = options.line;
    this.#options = options;
  }

  /**
   * The data of the reply. Throws `PadTrouble`: what the pad answered, `offline` when it was
   * silent, `hardware_error` when the answer was garbled; and `LineError`. A question is never cut
   * off by a cancelled command, or its answer would be taken for the next one's. The frame, which
   * may hold a key, is wiped.
   */
  async ask(frame: Uint8Array, options: AskOptions = {}): Promise<Uint8Array> {
    try {
      return await this.#exchange(frame, options);
    } catch (thrown) {
      if (!(options.repeatable && thrown instanceof PadTrouble && thrown.isGarbled)) throw thrown;
      return await this.#exchange(frame, options);
    } finally {
      frame.fill(0);
    }
  }

  /** The next input outside a question; waits for it until the signal aborts (`LineError`). */
  async next(signal: AbortSignal): Promise<PadInput> {
    for (;;) {
      const held = this.#held.shift();
      if (held) return held;
      if (signal.aborted) throw new PadTrouble("cancelled");
      const bytes = await this.line.read({ timeoutMs: KEY_WAIT_MS, signal });
      if (bytes) this.#hold(this.#options.parser.push(bytes));
    }
  }

  /** Judges a reply that came without a question. */
  unasked(reply: PadReply): void {
    this.#accept(reply);
  }

  /** For what a reply tells in its data. */
  see(verdict: Verdict): void {
    this.#options.onVerdict(verdict);
  }

  async #exchange(frame: Uint8Array, { waitMs }: AskOptions): Promise<Uint8Array> {
    await this.#clearLine();
    this.#isOutOfStep = true;
    await this.line.write(frame, { timeoutMs: WRITE_WAIT_MS_MAX });
    const reply = await this.#reply(waitMs ?? this.#options.replyWaitMs);
    this.#isOutOfStep = false;
    return this.#accept(reply);
  }

  async #reply(waitMs: number): Promise<PadReply> {
    const deadline = performance.now() + waitMs;
    let isGarbled = false;
    for (;;) {
      const leftMs = deadline - performance.now();
      const bytes = leftMs > 0 ? await this.line.read({ timeoutMs: leftMs }) : null;
      if (bytes === null) {
        throw isGarbled
          ? new PadTrouble("hardware_error", { isGarbled })
          : new PadTrouble("offline");
      }
      const inputs = this.#options.parser.push(bytes);
      const at = inputs.findIndex(endsWait);
      const before = at < 0 ? inputs : inputs.slice(0, at);
      isGarbled ||= before.some(({ kind }) => kind === "plain_digit");
      const found = inputs[at];
      // A digit in clear was typed before the pad did what it was asked, and counts for nothing.
      this.#hold(before.filter(({ kind }) => kind === "key"));
      if (!found) continue;
      if (found.kind !== "reply") throw new PadTrouble("hardware_error", { isGarbled: true });
      this.#hold(inputs.slice(at + 1));
      return found.reply;
    }
  }

  #accept(reply: PadReply): Uint8Array {
    const verdict = this.#options.judge(reply);
    this.#options.onVerdict(verdict);
    if (verdict.failure) throw new PadTrouble(verdict.failure);
    return reply.data;
  }

  async #clearLine(): Promise<void> {
    this.#held = [];
    this.#options.parser.reset();
    this.line.discardInput();
    if (!this.#isOutOfStep) return;
    for (let reads = 0; reads < QUIET_READS_MAX; reads++) {
      if (await this.line.read({ timeoutMs: QUIET_MS }) === null) return;
    }
  }

  #hold(inputs: readonly PadInput[]): void {
    const room = HELD_INPUTS_MAX - this.#held.length;
    this.#held.push(...inputs.slice(0, room));
  }
}

function endsWait(input: PadInput): boolean {
  if (input.kind === "key") return input.byte === NAK;
  return input.kind === "reply" || input.kind === "bad_frame";
}
