import { CommandSlot } from "../command_slot.ts";
import type { CommandOptions, Completion, DeviceCondition, StatusChanged } from "../contract.ts";
import { IdleWatch } from "../idle_watch.ts";
import type { ByteLine, OpenLine } from "../line.ts";
import { LineKeeper } from "../line_keeper.ts";
import { Listeners } from "../listeners.ts";
import type { Ups, UpsStatus } from "./contract.ts";
import {
  MEGATEC_ANSWER_BYTES_MAX,
  MEGATEC_Q1,
  type MegatecReport,
  readMegatecAnswer,
} from "./megatec_q1.ts";

export interface MegatecUpsOptions {
  /** 2400 8N1. */
  readonly openLine: OpenLine;
  /** How often it is asked; a mains failure is told within this time. */
  readonly pollMs?: number;
  readonly replyWaitMs?: number;
  readonly backOffMs?: readonly number[];
}

const POLL_MS = 2_000;
/** 47 bytes take 200 ms at 2400 baud. */
const REPLY_WAIT_MS = 1_000;
const TRIES_MAX = 3;
const CARRIAGE_RETURN = 0x0d;

type Heard = MegatecReport | "silent" | "garbled";

/** Asks an uninterruptible power supply that speaks Megatec's protocol, as most small ones do. */
export async function openMegatecUps(options: MegatecUpsOptions): Promise<Ups & AsyncDisposable> {
  const ups = new MegatecUps(options);
  await ups.firstTry();
  return ups;
}

class MegatecUps implements Ups, AsyncDisposable {
  readonly capabilities = { protocol: "megatec_q1" } as const;
  readonly #slot = new CommandSlot();
  readonly #listeners = new Listeners<StatusChanged>();
  readonly #keeper: LineKeeper;
  readonly #watch: IdleWatch;
  readonly #replyWaitMs: number;
  #status: UpsStatus = unknownStatus("offline");

  constructor({ openLine, pollMs, replyWaitMs, backOffMs }: MegatecUpsOptions) {
    this.#replyWaitMs = replyWaitMs ?? REPLY_WAIT_MS;
    this.#keeper = new LineKeeper({
      openLine,
      onChange: () => this.#lineChanged(),
      ...(backOffMs ? { backOffMs } : {}),
    });
    this.#watch = new IdleWatch({
      everyMs: pollMs ?? POLL_MS,
      ask: (signal) => this.#ask(signal),
    });
  }

  async firstTry(): Promise<void> {
    await this.#keeper.firstTry;
    await this.status();
  }

  async status(): Promise<UpsStatus> {
    await this.#ask(new AbortController().signal);
    return this.#status;
  }

  subscribe(listener: (event: StatusChanged) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Asks anew; there is nothing to stop. */
  async reset(options: CommandOptions): Promise<Completion<null>> {
    return await this.#slot.run(options, async (signal): Promise<Completion<null>> => {
      await this.#ask(signal);
      return this.#status.device === "offline"
        ? { kind: "failed", reason: "offline" }
        : { kind: "done", value: null };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keeper[Symbol.asyncDispose]();
    await this.#watch[Symbol.asyncDispose]();
  }

  async #ask(signal: AbortSignal): Promise<void> {
    await this.#keeper.use(async (line): Promise<Completion<null>> => {
      let heard: Heard = "silent";
      for (let tries = 0; tries < TRIES_MAX; tries++) {
        heard = await this.#askOnce(line, signal);
        if (heard !== "silent" && heard !== "garbled") break;
      }
      this.#setStatus(statusOf(heard));
      return { kind: "done", value: null };
    });
  }

  async #askOnce(line: ByteLine, signal: AbortSignal): Promise<Heard> {
    line.discardInput();
    await line.write(MEGATEC_Q1, { timeoutMs: this.#replyWaitMs, signal });
    const deadline = performance.now() + this.#replyWaitMs;
    const bytes: number[] = [];
    while (bytes.length <= MEGATEC_ANSWER_BYTES_MAX) {
      const left = deadline - performance.now();
      const piece = left > 0 ? await line.read({ timeoutMs: left, signal }) : null;
      if (!piece) break;
      bytes.push(...piece);
      if (bytes.at(-1) === CARRIAGE_RETURN) break;
    }
    if (bytes.length === 0) return "silent";
    return readMegatecAnswer(Uint8Array.from(bytes)) ?? "garbled";
  }

  #lineChanged(): void {
    if (this.#keeper.condition === "online") void this.status();
    else this.#setStatus(unknownStatus("offline"));
  }

  /** Volts and load are read by who asks; only what they mean is told. */
  #setStatus(status: UpsStatus): void {
    const { device, supply } = this.#status;
    this.#status = status;
    if (status.device !== device || status.supply !== supply) {
      this.#listeners.tell({ kind: "status_changed" });
    }
  }
}

function statusOf(heard: Heard): UpsStatus {
  if (heard === "silent") return unknownStatus("offline");
  if (heard === "garbled") return unknownStatus("hardware_error");
  const { inputVolts, loadPercent, batteryVolts } = heard;
  return {
    device: heard.upsFailed ? "hardware_error" : "online",
    supply: supplyOf(heard),
    inputVolts,
    loadPercent,
    batteryVolts,
  };
}

/** A battery that is low while the mains are back is being charged. */
function supplyOf({ utilityFailed, batteryLow }: MegatecReport): UpsStatus["supply"] {
  if (!utilityFailed) return "mains";
  return batteryLow ? "battery_low" : "battery";
}

function unknownStatus(device: DeviceCondition): UpsStatus {
  return { device, supply: "unknown", inputVolts: null, loadPercent: null, batteryVolts: null };
}
