import type {
  CabinetSensors,
  CabinetSensorsEvent,
  CabinetSensorsStatus,
} from "../../ffi/cabinet/contract.ts";
import type { CommandOptions, Completion } from "../../ffi/contract.ts";
import { Listeners } from "../../ffi/listeners.ts";
import type { CabinetBody } from "./cabinet_body.ts";

/** Sensors in the process that feel at once what happens to a cabinet. */
export class SimulatedCabinetSensors implements CabinetSensors {
  readonly capabilities = { door: true, vibration: true };
  readonly #body: CabinetBody;
  readonly #listeners = new Listeners<CabinetSensorsEvent>();
  #online = true;

  constructor(body: CabinetBody) {
    this.#body = body;
    body.onChange((what) => this.#tell(what));
  }

  status(): Promise<CabinetSensorsStatus> {
    if (!this.#online) return Promise.resolve({ device: "offline", door: "unknown" });
    const door = this.#body.doorOpen ? "open" : "closed";
    return Promise.resolve({ device: "online", door });
  }

  subscribe(listener: (event: CabinetSensorsEvent) => void): () => void {
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

  #tell(what: "door" | "knock"): void {
    if (!this.#online) return;
    if (what === "knock") return this.#listeners.tell({ kind: "vibration" });
    this.#listeners.tell({ kind: "status_changed" });
    this.#listeners.tell({ kind: this.#body.doorOpen ? "door_opened" : "door_closed" });
  }
}
