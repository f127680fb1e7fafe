import type { CommandOptions, Completion, DeviceCondition } from "../contract.ts";
import { IdleWatch } from "../idle_watch.ts";
import type { ModemLines, OpenLine } from "../line.ts";
import { LineKeeper } from "../line_keeper.ts";
import { Listeners } from "../listeners.ts";
import type {
  CabinetSensors,
  CabinetSensorsCapabilities,
  CabinetSensorsEvent,
  CabinetSensorsStatus,
} from "./contract.ts";

type SensorLine = "dsr" | "cts";

export interface ModemCabinetOptions {
  /** Any port with modem lines, as of a CH340; nothing is sent or received on it. */
  readonly openLine: OpenLine;
  /** Where the door's contact is. */
  readonly doorLine: SensorLine;
  /** What a closed door makes of it. */
  readonly closedWhen: "active" | "inactive";
  /** Where the vibration sensor is, which makes its line active for a moment. */
  readonly vibrationLine?: SensorLine;
  readonly pollMs?: number;
  readonly backOffMs?: readonly number[];
}

/** A moment shorter than this may be missed: the lines are polled, Linux tells no changes of all ports. */
const POLL_MS = 250;
/** A contact bounces; so many looks must say the same. */
const STEADY_LOOKS = 2;
/** One knock shakes the sensor for a while. */
const VIBRATION_QUIET_MS = 1_000;

/** Door and vibration on the modem lines of a serial port. */
export async function openModemCabinet(
  options: ModemCabinetOptions,
): Promise<CabinetSensors & AsyncDisposable> {
  const cabinet = new ModemCabinet(options);
  await cabinet.firstTry();
  return cabinet;
}

class ModemCabinet implements CabinetSensors, AsyncDisposable {
  readonly capabilities: CabinetSensorsCapabilities;
  readonly #options: ModemCabinetOptions;
  readonly #listeners = new Listeners<CabinetSensorsEvent>();
  readonly #keeper: LineKeeper;
  readonly #watch: IdleWatch;
  readonly #quietLooks: number;
  #status: CabinetSensorsStatus = { device: "offline", door: "unknown" };
  #seen: { readonly door: "closed" | "open"; readonly looks: number } | null = null;
  #looksSinceVibration: number;

  constructor(options: ModemCabinetOptions) {
    const { openLine, backOffMs, pollMs = POLL_MS } = options;
    this.#options = options;
    this.capabilities = { door: true, vibration: options.vibrationLine !== undefined };
    this.#quietLooks = Math.ceil(VIBRATION_QUIET_MS / pollMs);
    this.#looksSinceVibration = this.#quietLooks;
    this.#keeper = new LineKeeper({
      openLine,
      onChange: () => this.#lineChanged(),
      ...(backOffMs ? { backOffMs } : {}),
    });
    this.#watch = new IdleWatch({ everyMs: pollMs, ask: () => this.#look() });
  }

  async firstTry(): Promise<void> {
    await this.#keeper.firstTry;
    for (let looks = 0; looks < STEADY_LOOKS; looks++) await this.#look();
  }

  status(): Promise<CabinetSensorsStatus> {
    return Promise.resolve(this.#status);
  }

  subscribe(listener: (event: CabinetSensorsEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** There is nothing to stop. */
  reset(_options: CommandOptions): Promise<Completion<null>> {
    const { device } = this.#status;
    return Promise.resolve(
      device === "online" ? { kind: "done", value: null } : { kind: "failed", reason: device },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keeper[Symbol.asyncDispose]();
    await this.#watch[Symbol.asyncDispose]();
  }

  async #look(): Promise<void> {
    await this.#keeper.use((line): Promise<Completion<null>> => {
      // Throws when the port is gone.
      const lines = line.modemLines();
      if (lines) this.#see(lines);
      else this.#setStatus({ device: "hardware_error", door: "unknown" });
      return Promise.resolve({ kind: "done", value: null });
    });
  }

  #see(lines: ModemLines): void {
    const { doorLine, closedWhen, vibrationLine } = this.#options;
    const door = lines[doorLine] === (closedWhen === "active") ? "closed" : "open";
    this.#seen = { door, looks: this.#seen?.door === door ? this.#seen.looks + 1 : 1 };
    if (this.#seen.looks >= STEADY_LOOKS) this.#setStatus({ device: "online", door });
    if (vibrationLine) this.#feel(lines[vibrationLine]);
  }

  #feel(shaken: boolean): void {
    this.#looksSinceVibration++;
    if (!shaken) return;
    if (this.#looksSinceVibration > this.#quietLooks) this.#listeners.tell({ kind: "vibration" });
    this.#looksSinceVibration = 0;
  }

  #lineChanged(): void {
    this.#seen = null;
    if (this.#keeper.condition === "offline") {
      this.#setStatus({ device: "offline", door: "unknown" });
    }
  }

  /** A door that is open when it can first be seen was opened meanwhile. */
  #setStatus(status: CabinetSensorsStatus): void {
    const before: { readonly device: DeviceCondition; readonly door: string } = this.#status;
    if (status.device === before.device && status.door === before.door) return;
    this.#status = status;
    this.#listeners.tell({ kind: "status_changed" });
    if (status.door === before.door) return;
    if (status.door === "open") this.#listeners.tell({ kind: "door_opened" });
    if (status.door === "closed" && before.door === "open") {
      this.#listeners.tell({ kind: "door_closed" });
    }
  }
}
