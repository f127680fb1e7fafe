import type {
  CommandOptions,
  Completion,
  Scanner,
  ScannerStatus,
  StatusChanged,
} from "../../ffi/contract.ts";
import { CommandSlot } from "../../ffi/command_slot.ts";
import { Listeners } from "../../ffi/listeners.ts";

/** Longest code of the media in use, with room: electronic social-security card codes are longest. */
export const CODE_CHARACTERS_MAX = 4096;

/** A code scanner that delivers only while armed, as one with a trigger line does. */
export class SimulatedScanner implements Scanner {
  readonly capabilities = { charactersMax: CODE_CHARACTERS_MAX };
  readonly #slot = new CommandSlot();
  readonly #listeners = new Listeners<StatusChanged>();
  #online = true;
  #awaited: ((text: string) => void) | null = null;

  status(): Promise<ScannerStatus> {
    return Promise.resolve({
      device: this.#online ? "online" : "offline",
      armed: this.#awaited !== null,
    });
  }

  subscribe(listener: (event: StatusChanged) => void): () => void {
    return this.#listeners.add(listener);
  }

  async scan(options: CommandOptions): Promise<Completion<string>> {
    if (!this.#online) return { kind: "failed", reason: "offline" };
    return await this.#slot.run<string, never>(options, async (signal) => {
      const { promise, resolve } = Promise.withResolvers<string>();
      this.#awaited = resolve;
      signal.addEventListener("abort", () => {
        if (this.#awaited === resolve) this.#awaited = null;
      }, { once: true });
      return { kind: "done", value: await promise };
    });
  }

  reset(_options: CommandOptions): Promise<Completion<null>> {
    if (!this.#online) return Promise.resolve({ kind: "failed", reason: "offline" });
    this.#slot.end("cancelled");
    return Promise.resolve({ kind: "done", value: null });
  }

  /** Holds a code before the window; false when it was not read. */
  present(text: string): boolean {
    if (!this.#awaited || text.length > CODE_CHARACTERS_MAX) return false;
    const deliver = this.#awaited;
    this.#awaited = null;
    deliver(text);
    return true;
  }

  setOnline(online: boolean): void {
    this.#online = online;
    if (!online) this.#slot.end("offline");
    this.#listeners.tell({ kind: "status_changed" });
  }
}
