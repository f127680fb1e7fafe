import { CommandSlot } from "../command_slot.ts";
import type { CommandOptions, Completion, DeviceCondition, StatusChanged } from "../contract.ts";
import type { ByteLine, OpenLine } from "../line.ts";
import { LineKeeper } from "../line_keeper.ts";
import { Listeners } from "../listeners.ts";
import type { Light, Lights, LightsCapabilities } from "./contract.ts";

/** What switches one relay, of the board's manual. */
export interface RelayCommands {
  readonly on: Uint8Array;
  readonly off: Uint8Array;
}

export interface RelayLightsOptions {
  readonly openLine: OpenLine;
  /** The lights this cabinet has. */
  readonly lights: Partial<Readonly<Record<Light, RelayCommands>>>;
  readonly buzzer?: RelayCommands;
  readonly beepMs?: number;
  readonly backOffMs?: readonly number[];
}

const LIGHTS: readonly Light[] = ["card_slot", "id_card", "scanner", "receipt", "pin_pad"];
const BEEP_MS = 120;
const WRITE_WAIT_MS_MAX = 2_000;

/**
 * Lights and buzzer on a serial relay board. Boards differ in nothing but the bytes that switch a
 * relay, and answer nothing that could be believed: `online` is the line.
 */
export async function openRelayLights(
  options: RelayLightsOptions,
): Promise<Lights & AsyncDisposable> {
  const lights = new RelayLights(options);
  await lights.firstTry();
  return lights;
}

class RelayLights implements Lights, AsyncDisposable {
  readonly capabilities: LightsCapabilities;
  readonly #options: RelayLightsOptions;
  readonly #slot = new CommandSlot();
  readonly #listeners = new Listeners<StatusChanged>();
  readonly #keeper: LineKeeper;
  #shown: readonly Light[] = [];

  constructor(options: RelayLightsOptions) {
    this.#options = options;
    this.capabilities = {
      lights: LIGHTS.filter((light) => options.lights[light] !== undefined),
      buzzer: options.buzzer !== undefined,
    };
    this.#keeper = new LineKeeper({
      openLine: options.openLine,
      onChange: () => this.#lineChanged(),
      ...(options.backOffMs ? { backOffMs: options.backOffMs } : {}),
    });
  }

  async firstTry(): Promise<void> {
    await this.#keeper.firstTry;
  }

  status(): Promise<{ readonly device: DeviceCondition }> {
    return Promise.resolve({ device: this.#keeper.condition });
  }

  subscribe(listener: (event: StatusChanged) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Lights that the cabinet does not have are passed over. */
  async show(lights: readonly Light[], options: CommandOptions): Promise<Completion<null>> {
    return await this.#slot.run(options, (signal) => {
      this.#shown = lights;
      return this.#keeper.use((line) => this.#switchAll(line, signal));
    });
  }

  async beep(options: CommandOptions): Promise<Completion<null>> {
    const { buzzer, beepMs = BEEP_MS } = this.#options;
    return await this.#slot.run(
      options,
      (signal) =>
        this.#keeper.use(async (line): Promise<Completion<null>> => {
          if (!buzzer) return { kind: "done", value: null };
          await send(line, buzzer.on, signal);
          try {
            // Nothing comes: reading is a wait that ends with the command.
            await line.read({ timeoutMs: beepMs, signal });
          } finally {
            await send(line, buzzer.off);
          }
          return { kind: "done", value: null };
        }),
    );
  }

  async reset(options: CommandOptions): Promise<Completion<null>> {
    this.#slot.end("cancelled");
    return await new CommandSlot().run(
      options,
      (signal) =>
        this.#keeper.use(async (line): Promise<Completion<null>> => {
          this.#shown = [];
          if (this.#options.buzzer) await send(line, this.#options.buzzer.off, signal);
          return await this.#switchAll(line, signal);
        }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#slot.end("offline");
    await this.#keeper[Symbol.asyncDispose]();
  }

  async #switchAll(line: ByteLine, signal?: AbortSignal): Promise<Completion<null>> {
    for (const light of LIGHTS) {
      const commands = this.#options.lights[light];
      const to = this.#shown.includes(light) ? "on" : "off";
      if (commands) await send(line, commands[to], signal);
    }
    return { kind: "done", value: null };
  }

  /** A board that lost its power has lost what it showed. */
  #lineChanged(): void {
    if (this.#keeper.condition === "online") {
      void this.#keeper.use((line) => this.#switchAll(line));
    } else {
      this.#slot.end("offline");
    }
    this.#listeners.tell({ kind: "status_changed" });
  }
}

async function send(line: ByteLine, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
  await line.write(bytes, { timeoutMs: WRITE_WAIT_MS_MAX, ...(signal ? { signal } : {}) });
}
