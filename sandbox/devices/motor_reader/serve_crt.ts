import { type ByteLine, LineError } from "../../../ffi/line.ts";
import type { LineFaults } from "./line_faults.ts";

/** How a CREATOR reader frames what it hears and says; written from the manual, not from our driver. */
export interface CrtDialect {
  readonly start: number;
  readonly address: number | null;
  /** An answer is held back till ENQ. */
  readonly enquires: boolean;
}

export interface CrtServing {
  readonly dialect: CrtDialect;
  readonly faults: LineFaults;
  readonly isMove: (body: readonly number[]) => boolean;
  /** Does what a body says and gives the body of the answer. */
  readonly answer: (body: readonly number[]) => Promise<readonly number[]>;
}

const [ETX, EOT, ENQ, ACK, NAK] = [0x03, 0x04, 0x05, 0x06, 0x15];
const READ_WAIT_MS = 60_000;
/** A frame that goes on later than this has been given up by its sender. */
const FRAME_GAP_MS = 20;

/** Till the line is gone. */
export async function serveCrt(line: ByteLine, serving: CrtServing): Promise<void> {
  const conversation = new Conversation(line, serving);
  try {
    while (true) {
      const timeoutMs = conversation.isMidFrame ? FRAME_GAP_MS : READ_WAIT_MS;
      const bytes = await line.read({ timeoutMs });
      if (bytes === null) conversation.forgetFrame();
      for (const byte of bytes ?? []) await conversation.hear(byte);
    }
  } catch (thrown) {
    if (!(thrown instanceof LineError)) throw thrown;
  }
}

class Conversation {
  readonly #line: ByteLine;
  readonly #serving: CrtServing;
  /** Of the frame being heard; empty between frames. */
  #frame: number[] = [];
  /** The last answer, till it is acknowledged. */
  #answer: readonly number[] | null = null;

  constructor(line: ByteLine, serving: CrtServing) {
    this.#line = line;
    this.#serving = serving;
  }

  get isMidFrame(): boolean {
    return this.#frame.length > 0;
  }

  forgetFrame(): void {
    this.#frame = [];
  }

  async hear(byte: number): Promise<void> {
    const { dialect, faults } = this.#serving;
    if (faults.isSilent) return this.forgetFrame();
    if (this.#frame.length === 0 && byte !== dialect.start) return await this.#control(byte);
    this.#frame.push(byte);
    if (this.#frame.length < this.#expected()) return;
    const frame = this.#frame;
    this.#frame = [];
    const check = frame.reduce((sum, each) => sum ^ each, 0);
    const isSound = check === 0 && frame.at(-2) === ETX && !faults.take("refusals");
    if (isSound) await this.#obey(frame.slice(this.#head, -2));
    else await faults.send(this.#line, [NAK]);
  }

  get #head(): number {
    return this.#serving.dialect.address === null ? 3 : 4;
  }

  #expected(): number {
    if (this.#frame.length < this.#head) return this.#head;
    const [high = 0, low = 0] = this.#frame.slice(this.#head - 2, this.#head);
    return this.#head + high * 256 + low + 2;
  }

  async #control(byte: number): Promise<void> {
    const { dialect, faults } = this.#serving;
    if (byte === ACK || byte === EOT) this.#answer = null;
    const isAsked = byte === NAK || byte === ENQ && dialect.enquires;
    if (isAsked && this.#answer) await faults.sendAnswer(this.#line, this.#answer);
  }

  async #obey(body: readonly number[]): Promise<void> {
    const { dialect, faults, answer, isMove } = this.#serving;
    const isWordless = isMove(body) && faults.take("wordlessMoves");
    if (!isWordless) await faults.send(this.#line, [ACK]);
    const frame = this.#framed(await answer(body));
    const isLost = isWordless || isMove(body) && faults.take("lostMoves");
    this.#answer = isLost ? null : frame;
    if (!isLost && !dialect.enquires) await faults.sendAnswer(this.#line, frame);
  }

  #framed(body: readonly number[]): number[] {
    const { start, address } = this.#serving.dialect;
    const length = [Math.floor(body.length / 256), body.length % 256];
    const frame = [start, ...address === null ? [] : [address], ...length, ...body, ETX];
    return [...frame, frame.reduce((sum, each) => sum ^ each, 0)];
  }
}
