import type { Completion } from "../contract.ts";
import { type ByteLine, LineError, type OpenLine } from "../line.ts";
import { LineKeeper } from "../line_keeper.ts";
import type { EnterPinFailure } from "./contract.ts";
import type { PadCondition } from "./pad_condition.ts";
import type { PadProtocol } from "./pad_protocol.ts";
import { PadTalk } from "./pad_talk.ts";
import { PadTrouble } from "./pad_trouble.ts";

/** How a driver reaches its pad. */
export interface PadConnectionOptions {
  readonly openLine: OpenLine;
  /** How long a pad may take to answer. */
  readonly replyWaitMs?: number;
  /** Between two looks at an idle pad; tampering and pulled cables are noticed that soon. */
  readonly pollMs?: number;
  readonly backOffMs?: readonly number[];
}

interface Deps {
  readonly protocol: PadProtocol;
  /** Asked for late: the condition looks at the line. */
  readonly condition: () => PadCondition;
}

const REPLY_WAIT_MS = 3_000;
const POLL_MS = 5_000;

/** The line to one pad: opened again when it was gone, its keypad closed whenever that failed. */
export class PadConnection implements AsyncDisposable {
  readonly #options: PadConnectionOptions;
  readonly #deps: Deps;
  readonly #keeper: LineKeeper;
  #talk: PadTalk | null = null;
  /** The keypad may be open, left so by a fault or by a process that died. */
  #mustClose = true;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #polling: Promise<void> | null = null;
  #uses = 0;
  #isDisposed = false;

  constructor(options: PadConnectionOptions, deps: Deps) {
    this.#options = options;
    this.#deps = deps;
    this.#keeper = new LineKeeper({
      openLine: options.openLine,
      onChange: () => this.#onChange(),
      ...(options.backOffMs ? { backOffMs: options.backOffMs } : {}),
    });
  }

  get isOpen(): boolean {
    return this.#keeper.condition === "online";
  }

  /** Resolves when the line was tried, and a pad on it was greeted. */
  async start(): Promise<void> {
    await this.#keeper.firstTry;
    await this.poll();
  }

  /** One work at a time; others wait for their turn. */
  async use<Value>(
    work: (talk: PadTalk) => Promise<Value>,
  ): Promise<Completion<Value, EnterPinFailure>> {
    this.#uses++;
    try {
      const completion = await this.#keeper.use((line) => this.#work(line, work));
      this.#deps.condition().tell();
      return completion;
    } finally {
      this.#uses--;
    }
  }

  /** A look at the pad, unless it is at work, whose answers tell as much. */
  async poll(): Promise<void> {
    this.#polling ??= this.#poll().finally(() => this.#polling = null);
    await this.#polling;
  }

  /** A look at the pad behind whatever it is at. */
  async look(): Promise<void> {
    await this.use((talk) => this.#deps.protocol.askHealth(talk));
  }

  /** Does not throw: what failed is made up for at the next word with the pad. */
  async closeKeypad(talk: PadTalk): Promise<void> {
    this.#mustClose = true;
    try {
      await this.#deps.protocol.closePin(talk);
      this.#mustClose = false;
    } catch (thrown) {
      if (!(thrown instanceof PadTrouble || thrown instanceof LineError)) throw thrown;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    await this.#keeper[Symbol.asyncDispose]();
    await this.#polling;
    clearTimeout(this.#timer);
  }

  async #poll(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.isOpen && this.#uses === 0) await this.look();
    if (this.#isDisposed) return;
    this.#timer = setTimeout(() => this.poll(), this.#options.pollMs ?? POLL_MS);
  }

  async #work<Value>(
    line: ByteLine,
    work: (talk: PadTalk) => Promise<Value>,
  ): Promise<Completion<Value, EnterPinFailure>> {
    try {
      const talk = this.#talkOn(line);
      if (this.#mustClose) await this.#greet(talk);
      return { kind: "done", value: await work(talk) };
    } catch (thrown) {
      if (!(thrown instanceof PadTrouble)) throw thrown;
      this.#deps.condition().suffer(thrown);
      return { kind: "failed", reason: thrown.reason };
    }
  }

  /** A pad that refuses to close its keypad, as a tampered one may, has none that is open. */
  async #greet(talk: PadTalk): Promise<void> {
    try {
      await this.#deps.protocol.closePin(talk);
    } catch (thrown) {
      if (!(thrown instanceof PadTrouble)) throw thrown;
      if (thrown.reason === "offline" || thrown.isGarbled) throw thrown;
    }
    this.#mustClose = false;
  }

  #talkOn(line: ByteLine): PadTalk {
    if (this.#talk?.line === line) return this.#talk;
    const { protocol, condition } = this.#deps;
    this.#mustClose = true;
    this.#talk = new PadTalk({
      line,
      parser: protocol.newParser(),
      judge: (reply) => protocol.judge(reply),
      onVerdict: (verdict) => condition().see(verdict),
      replyWaitMs: this.#options.replyWaitMs ?? REPLY_WAIT_MS,
    });
    return this.#talk;
  }

  #onChange(): void {
    this.#deps.condition().tell();
    if (this.isOpen && !this.#isDisposed) this.poll();
  }
}
