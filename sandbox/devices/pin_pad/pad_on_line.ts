import { type ByteLine, LineError } from "../../../ffi/line.ts";
import type { Echo, HandKey, PadHand, PadState } from "./pad_state.ts";

/** One make's wire, seen from the pad. */
export interface PadWire {
  /** Cuts what the host sends into frames; keeps a frame begun. */
  newCutter(): (bytes: Uint8Array) => readonly Uint8Array[];
  /** The reply to one frame, whole with its checksum. */
  answer(frame: Uint8Array): Uint8Array;
  /** The same frame with something wrong that its receiver can notice. */
  spoil(frame: Uint8Array): Uint8Array;
  readonly echoes: Readonly<Partial<Record<Echo, number>>>;
}

/** What goes wrong on the line; the hand sets and unsets it. */
export interface LineFaults {
  /** Hears nothing and says nothing, as without power. */
  isSilent: boolean;
  /** Every byte comes for itself. */
  splitsFrames: boolean;
  /** So many replies come spoilt. */
  spoiltReplies: number;
  /** Replies to these commands come spoilt too. */
  spoilsReplyTo: (frame: Uint8Array) => boolean;
  /** So many commands are answered by a NAK. */
  naks: number;
  /** So many replies get lost. */
  lostReplies: number;
  /** Bytes that come in front of every reply. */
  bytesBeforeReply: readonly number[];
}

const READ_WAIT_MS = 60_000;
const WRITE_WAIT_MS_MAX = 5_000;
const HEARD_FRAMES_MAX = 1_000;
const NAK = 0x15;

/** A simulated pad behind a wire. What it holds outlives the lines it is served on. */
export class PadOnLine implements PadHand {
  readonly faults: LineFaults = {
    isSilent: false,
    splitsFrames: false,
    spoiltReplies: 0,
    spoilsReplyTo: () => false,
    naks: 0,
    lostReplies: 0,
    bytesBeforeReply: [],
  };
  readonly state: PadState;
  /** The newest frames that came, to look what a driver said; without those that were not heard. */
  readonly heard: Uint8Array[] = [];
  readonly #wire: PadWire;
  #line: ByteLine | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(state: PadState, wire: PadWire) {
    this.state = state;
    this.#wire = wire;
    state.onEcho = (echo) => this.#echo(echo);
  }

  /** Runs the pad's end of a line till the line is gone. */
  async serve(line: ByteLine): Promise<void> {
    this.#line = line;
    const cut = this.#wire.newCutter();
    try {
      for (;;) {
        const bytes = await line.read({ timeoutMs: READ_WAIT_MS });
        if (!bytes || this.faults.isSilent) continue;
        for (const frame of cut(bytes)) await this.#answer(frame);
      }
    } catch (thrown) {
      if (!(thrown instanceof LineError)) throw thrown;
    } finally {
      if (this.#line === line) this.#line = null;
    }
  }

  press(key: HandKey): void {
    if (!this.faults.isSilent) this.state.press(key);
  }

  tamper(): void {
    this.state.tamper();
  }

  repair(): void {
    this.state.repair();
  }

  setBattery(battery: "good" | "low"): void {
    this.state.setBattery(battery);
  }

  /** The pad's own patience is over. */
  giveUp(): void {
    if (!this.state.isKeypadOpen) return;
    this.state.closeKeypad();
    this.#send(Uint8Array.of(0));
  }

  /** Bytes out of nowhere: noise, or a pad in plain-text mode. */
  babble(bytes: Uint8Array): void {
    this.#send(bytes);
  }

  async #answer(frame: Uint8Array): Promise<void> {
    this.heard.push(frame);
    if (this.heard.length > HEARD_FRAMES_MAX) this.heard.shift();
    const reply = this.#wire.answer(frame);
    const { faults } = this;
    if (faults.naks > 0) {
      faults.naks--;
      this.#send(Uint8Array.of(NAK));
    } else if (faults.lostReplies > 0) {
      faults.lostReplies--;
    } else {
      this.#send(Uint8Array.from(faults.bytesBeforeReply));
      const isSpoilt = faults.spoiltReplies > 0 || faults.spoilsReplyTo(frame);
      if (faults.spoiltReplies > 0) faults.spoiltReplies--;
      this.#send(isSpoilt ? this.#wire.spoil(reply) : reply);
    }
    await this.#writing;
  }

  #echo(echo: Echo): void {
    const byte = this.#wire.echoes[echo];
    if (byte !== undefined) this.#send(Uint8Array.of(byte));
  }

  #send(bytes: Uint8Array): void {
    const line = this.#line;
    if (!line || bytes.length === 0) return;
    const pieces = this.faults.splitsFrames
      ? [...bytes].map((byte) => Uint8Array.of(byte))
      : [bytes];
    this.#writing = this.#writing.then(() => writeAll(line, pieces));
  }
}

/** A line that goes away meanwhile loses what was on it. */
async function writeAll(line: ByteLine, pieces: readonly Uint8Array[]): Promise<void> {
  try {
    for (const piece of pieces) await line.write(piece, { timeoutMs: WRITE_WAIT_MS_MAX });
  } catch (thrown) {
    if (!(thrown instanceof LineError)) throw thrown;
  }
}
