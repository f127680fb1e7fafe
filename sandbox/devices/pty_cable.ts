import type { ByteLine } from "../../ffi/line.ts";
import { openPty, type Pty } from "./pty.ts";

export interface PtyCableOptions {
  /** Where the port is found, as udev's links are: "/…/card". Whoever else has a file there loses it. */
  readonly link: string;
  /** Runs the device on its end of the line, for as long as there is one. */
  readonly serve: (line: ByteLine) => Promise<void>;
}

/** A simulated device on a real serial port, whose cable a hand can pull and plug in again. */
export class PtyCable implements AsyncDisposable {
  readonly #options: PtyCableOptions;
  #plugged: { readonly pty: Pty; readonly served: Promise<void> } | null = null;
  /** Pulling and plugging take their time; one begins when the last one has ended. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: PtyCableOptions) {
    this.#options = options;
  }

  plug(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#plugged) return;
      const pty = await openPty();
      await pointTo(this.#options.link, pty.path);
      this.#plugged = { pty, served: this.#options.serve(pty.line) };
    });
  }

  unplug(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#plugged) return;
      const { pty, served } = this.#plugged;
      this.#plugged = null;
      await Deno.remove(this.#options.link);
      await pty.unplug();
      await served;
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.unplug();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work);
    return this.#turn;
  }
}

/** In place at once: a driver that looks meanwhile finds the old port or the new one. */
async function pointTo(link: string, path: string): Promise<void> {
  const draft = `${link}.new`;
  await Deno.remove(draft).catch(() => {});
  await Deno.symlink(path, draft);
  await Deno.rename(draft, link);
}
