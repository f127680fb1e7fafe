import type { Ups, UpsStatus } from "../../ffi/cabinet/contract.ts";
import type { CommandOptions, Completion, StatusChanged } from "../../ffi/contract.ts";
import { Listeners } from "../../ffi/listeners.ts";
import type { CabinetPower } from "./cabinet_power.ts";

/** An uninterruptible power supply in the process. */
export class SimulatedUps implements Ups {
  readonly capabilities = { protocol: "megatec_q1" } as const;
  readonly #power: CabinetPower;
  readonly #listeners = new Listeners<StatusChanged>();
  #online = true;

  constructor(power: CabinetPower) {
    this.#power = power;
    power.onChange(() => this.#listeners.tell({ kind: "status_changed" }));
  }

  status(): Promise<UpsStatus> {
    if (!this.#online) {
      const nothing = { inputVolts: null, loadPercent: null, batteryVolts: null };
      return Promise.resolve({ device: "offline", supply: "unknown", ...nothing });
    }
    const { supply, inputVolts, loadPercent, batteryVolts } = this.#power;
    return Promise.resolve({ device: "online", supply, inputVolts, loadPercent, batteryVolts });
  }

  subscribe(listener: (event: StatusChanged) => void): () => void {
    return this.#listeners.add(listener);
  }

  reset(_options: CommandOptions): Promise<Completion<null>> {
    return Promise.resolve(
      this.#online ? { kind: "done", value: null } : { kind: "failed", reason: "offline" },
    );
  }

  setOnline(online: boolean): void {
    this.#online = online;
    this.#listeners.tell({ kind: "status_changed" });
  }
}
