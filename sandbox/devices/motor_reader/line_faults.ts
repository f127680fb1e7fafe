import type { ByteLine } from "../../../ffi/line.ts";

export type FaultCount =
  | "refusals"
  | "damages"
  | "breaks"
  | "lostMoves"
  | "wordlessMoves";

/** What can go wrong between a reader and its host, switched on by hand. */
export class LineFaults {
  /** Says nothing at all, as without power. */
  isSilent = false;
  /** Every byte goes alone. */
  splits = false;
  /** So many commands are answered with NAK and not done. */
  refusals = 0;
  /** So many answers go out with a wrong block check. */
  damages = 0;
  /** So many answers break off in the middle. */
  breaks = 0;
  /** So many moves are acknowledged and done, and never answered. */
  lostMoves = 0;
  /** So many moves are done without a word. */
  wordlessMoves = 0;
  /** Stands before every answer. */
  rubbish: readonly number[] = [];

  /** Takes one of a kind; false when there is none left. */
  take(kind: FaultCount): boolean {
    if (this[kind] === 0) return false;
    this[kind]--;
    return true;
  }

  async send(line: ByteLine, bytes: readonly number[]): Promise<void> {
    const pieces = this.splits ? bytes.map((byte) => [byte]) : [bytes];
    for (const piece of pieces) {
      await line.write(Uint8Array.from(piece), { timeoutMs: WRITE_WAIT_MS_MAX });
    }
  }

  async sendAnswer(line: ByteLine, frame: readonly number[]): Promise<void> {
    const whole = [...this.rubbish, ...frame];
    if (this.take("breaks")) return await this.send(line, whole.slice(0, -3));
    if (this.take("damages")) whole.push((whole.pop() ?? 0) ^ 0x55);
    await this.send(line, whole);
  }
}

const WRITE_WAIT_MS_MAX = 5_000;
