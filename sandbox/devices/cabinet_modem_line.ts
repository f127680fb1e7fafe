import {
  type ByteLine,
  LineError,
  type LineOptions,
  type ModemLines,
  type OpenLine,
} from "../../ffi/line.ts";
import type { CabinetBody } from "./cabinet_body.ts";

/**
 * A port whose modem lines are wired to a cabinet: the door's contact makes DSR active when it is
 * closed, a knock makes CTS active till someone looks. A pty has no modem lines, so this is a line
 * of its own.
 */
export class CabinetModemPort {
  readonly #body: CabinetBody;
  readonly #lines = new Set<CabinetLine>();
  #plugged = true;
  #bounces = 0;
  #looks = 0;
  #looked = Promise.withResolvers<void>();

  constructor(body: CabinetBody) {
    this.#body = body;
  }

  /** The door's contact reads wrong at the next look. */
  bounce(): void {
    this.#bounces++;
  }

  /** Resolves when the lines were looked at so often from now on. */
  async looked(times: number): Promise<void> {
    const wanted = this.#looks + times;
    while (this.#looks < wanted) await this.#looked.promise;
  }

  readonly openLine: OpenLine = () => {
    if (!this.#plugged) {
      const message = `Cannot open the line "cabinet": it is pulled, expected a port`;
      return Promise.reject(new LineError("unavailable", message));
    }
    const line = new CabinetLine(this.#body, () => this.#look());
    this.#lines.add(line);
    return Promise.resolve(line);
  };

  unplug(): void {
    this.#plugged = false;
    for (const line of this.#lines) line.trouble = "gone";
    this.#lines.clear();
  }

  plug(): void {
    this.#plugged = true;
  }

  /** Whether the contact is closed, as it reads now. */
  #look(): boolean {
    this.#looks++;
    this.#looked.resolve();
    this.#looked = Promise.withResolvers();
    const isWrong = this.#bounces > 0;
    if (isWrong) this.#bounces--;
    return this.#body.doorOpen === isWrong;
  }
}

class CabinetLine implements ByteLine {
  readonly name = "cabinet";
  trouble: "gone" | "closed" | null = null;
  readonly #contact: () => boolean;
  #shaken = false;

  constructor(body: CabinetBody, contact: () => boolean) {
    this.#contact = contact;
    body.onChange((what) => {
      if (what === "knock") this.#shaken = true;
    });
  }

  modemLines(): ModemLines {
    this.#check();
    const cts = this.#shaken;
    this.#shaken = false;
    return { cts, dsr: this.#contact(), carrier: false, ring: false };
  }

  write(_bytes: Uint8Array, _options: LineOptions): Promise<void> {
    this.#check();
    return Promise.resolve();
  }

  read(_options: LineOptions): Promise<Uint8Array | null> {
    this.#check();
    return Promise.resolve(null);
  }

  discardInput(): void {}

  [Symbol.asyncDispose](): Promise<void> {
    this.trouble = "closed";
    return Promise.resolve();
  }

  #check(): void {
    if (this.trouble === null) return;
    throw new LineError(this.trouble, `Cannot use the line "cabinet": it is ${this.trouble}`);
  }
}
