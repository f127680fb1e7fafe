import type { Light, Lights } from "../../ffi/cabinet/contract.ts";
import { CommandSlot } from "../../ffi/command_slot.ts";
import type {
  CommandOptions,
  Completion,
  DeviceCondition,
  StatusChanged,
} from "../../ffi/contract.ts";
import { Listeners } from "../../ffi/listeners.ts";

/** Lights and buzzer in the process. */
export class SimulatedLights implements Lights {
  readonly capabilities = {
    lights: ["card_slot", "id_card", "scanner", "receipt", "pin_pad"],
    buzzer: true,
  } as const;
  readonly #slot = new CommandSlot();
  readonly #listeners = new Listeners<StatusChanged>();
  #online = true;
  #shining: readonly Light[] = [];
  #beeps = 0;

  get shining(): readonly Light[] {
    return this.#shining;
  }

  get beeps(): number {
    return this.#beeps;
  }

  status(): Promise<{ readonly device: DeviceCondition }> {
    return Promise.resolve({ device: this.#online ? "online" : "offline" });
  }

  subscribe(listener: (event: StatusChanged) => void): () => void {
    return this.#listeners.add(listener);
  }

  async show(lights: readonly Light[], options: CommandOptions): Promise<Completion<null>> {
    return await this.#do(options, () => this.#shining = lights);
  }

  async beep(options: CommandOptions): Promise<Completion<null>> {
    return await this.#do(options, () => this.#beeps++);
  }

  async reset(options: CommandOptions): Promise<Completion<null>> {
    return await this.show([], options);
  }

  setOnline(online: boolean): void {
    this.#online = online;
    if (!online) this.#shining = [];
    this.#listeners.tell({ kind: "status_changed" });
  }

  async #do(options: CommandOptions, act: () => void): Promise<Completion<null>> {
    return await this.#slot.run(options, (): Promise<Completion<null>> => {
      if (!this.#online) return Promise.resolve({ kind: "failed", reason: "offline" });
      act();
      this.#listeners.tell({ kind: "status_changed" });
      return Promise.resolve({ kind: "done", value: null });
    });
  }
}
