import { CommandSlot } from "../command_slot.ts";
import type {
  CommandOptions,
  Completion,
  DeviceCondition,
  IdCard,
  IdCardReader,
  IdCardReaderStatus,
  StatusChanged,
} from "../contract.ts";
import { IdleWatch } from "../idle_watch.ts";
import type { ByteLine, OpenLine } from "../line.ts";
import { LineKeeper } from "../line_keeper.ts";
import { Listeners } from "../listeners.ts";
import { sdtCode } from "./sdt_codes.ts";
import { askSdt } from "./sdt_exchange.ts";
import { SDT_FIND, SDT_READ, SDT_SELECT, SDT_STATUS, type SdtCommand } from "./sdt_frame.ts";
import { idCardOf, readTextRecord, TEXT_RECORD_BYTES } from "./text_record.ts";

export interface SdtReaderOptions {
  /** 115200 8N1 as delivered; makers set other speeds on request. */
  readonly openLine: OpenLine;
  /** How often the field is searched; readers in the field are asked every 150 ms to 1 s. */
  readonly pollMs?: number;
  /** For an answer that needs no card. */
  readonly replyWaitMs?: number;
  readonly backOffMs?: readonly number[];
}

/** Each question costs the idle kiosk a part of a millisecond. */
const POLL_MS = 300;
const REPLY_WAIT_MS = 1_000;
/** A read of text and photo takes up to 1.5 s (R-DEV-04). */
const READ_WAIT_MS_MAX = 3_000;
/** A card in motion is read at the second try. */
const READ_TRIES_MAX = 2;
/** One search that finds nothing may be the field; two are a card taken away. */
const LIFTED_SEARCHES_MIN = 2;

type ReadFailure = "removed_too_early" | "unreadable";
type ReadCompletion = Completion<IdCard, ReadFailure>;
type Step = "done" | "found" | "no_card" | "card_failed";

/** Drives an identity card reader with the SDT serial protocol; works without any library. */
export async function openSdtReader(
  options: SdtReaderOptions,
): Promise<IdCardReader & AsyncDisposable> {
  const reader = new SdtReader(options);
  await reader.firstTry();
  return reader;
}

class SdtReader implements IdCardReader, AsyncDisposable {
  readonly capabilities = {
    documents: ["resident", "hmt_resident", "foreign_permanent_resident"],
  } as const;
  readonly #slot = new CommandSlot();
  /** A reset does not wait for the command it ends to unwind. */
  readonly #resets = new CommandSlot();
  readonly #listeners = new Listeners<StatusChanged>();
  readonly #keeper: LineKeeper;
  readonly #liftWatch: IdleWatch;
  readonly #pollMs: number;
  readonly #replyWaitMs: number;
  #condition: DeviceCondition = "offline";
  #reads = 0;
  #hasSearched = false;
  /** Searches since a card was read that found none; null when no read card lies there. */
  #emptySearches: number | null = null;

  constructor({ openLine, backOffMs, pollMs, replyWaitMs }: SdtReaderOptions) {
    this.#pollMs = pollMs ?? POLL_MS;
    this.#replyWaitMs = replyWaitMs ?? REPLY_WAIT_MS;
    this.#keeper = new LineKeeper({
      openLine,
      onChange: () => this.#lineChanged(),
      ...(backOffMs ? { backOffMs } : {}),
    });
    this.#liftWatch = new IdleWatch({
      everyMs: this.#pollMs,
      ask: (signal) => this.#watchLift(signal),
    });
  }

  async firstTry(): Promise<void> {
    await this.#keeper.firstTry;
    await this.status();
  }

  /** Asks the reader; while a card is waited for, the search itself tells. */
  async status(): Promise<IdCardReaderStatus> {
    if (this.#reads === 0) {
      await this.#keeper.use((line) => this.#ask(line, SDT_STATUS, never()));
    }
    return { device: this.#condition };
  }

  subscribe(listener: (event: StatusChanged) => void): () => void {
    return this.#listeners.add(listener);
  }

  async read(options: CommandOptions): Promise<ReadCompletion> {
    if (this.#keeper.condition === "offline") return { kind: "failed", reason: "offline" };
    return await this.#slot.run<IdCard, ReadFailure>(options, async (signal) => {
      this.#reads++;
      try {
        return await this.#keeper.use((line) => this.#readNext(line, signal));
      } finally {
        this.#reads--;
      }
    });
  }

  async reset(options: CommandOptions): Promise<Completion<null>> {
    this.#slot.end("cancelled");
    return await this.#resets.run(options, async (signal) => {
      const asked = await this.#keeper.use((line) => this.#ask(line, SDT_STATUS, signal));
      return asked.kind === "done" ? { kind: "done", value: null } : asked;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#slot.end("offline");
    await this.#keeper[Symbol.asyncDispose]();
    await this.#liftWatch[Symbol.asyncDispose]();
  }

  /** Waits for a card that was not read yet, and reads it. */
  async #readNext(line: ByteLine, signal: AbortSignal): Promise<ReadCompletion> {
    for (let tries = 0; tries < READ_TRIES_MAX;) {
      const found = await this.#search(line, signal);
      if (found.kind === "failed") return found;
      if (found.value === "no_card" && tries > 0) return removed();
      if (found.value !== "found" || this.#emptySearches !== null) {
        // Waiting on the line drops late bytes and notices a pulled cable.
        await line.read({ timeoutMs: this.#pollMs, signal });
        continue;
      }
      tries++;
      const read = await this.#readFound(line, signal);
      if (read !== "card_failed") return read;
    }
    this.#emptySearches = 0;
    return { kind: "failed", reason: "unreadable" };
  }

  async #readFound(
    line: ByteLine,
    signal: AbortSignal,
  ): Promise<ReadCompletion | "card_failed"> {
    const selected = await this.#ask(line, SDT_SELECT, signal);
    if (selected.kind === "failed") return selected;
    if (selected.value.step === "no_card") return removed();
    if (selected.value.step !== "done") return "card_failed";
    const read = await this.#ask(line, SDT_READ, signal);
    if (read.kind === "failed") return read;
    const { step, data } = read.value;
    if (step === "no_card") return removed();
    if (step !== "done") return "card_failed";
    this.#emptySearches = 0;
    const card = cardOf(data);
    return card ? { kind: "done", value: card } : { kind: "failed", reason: "unreadable" };
  }

  async #search(line: ByteLine, signal: AbortSignal): Promise<Completion<Step>> {
    const asked = await this.#ask(line, SDT_FIND, signal);
    if (asked.kind === "failed") return asked;
    const { step } = asked.value;
    if (this.#emptySearches !== null) {
      this.#emptySearches = step === "found" ? 0 : this.#emptySearches + 1;
      if (this.#emptySearches >= LIFTED_SEARCHES_MIN) this.#emptySearches = null;
    }
    return { kind: "done", value: step };
  }

  /**
   * A card that was read is not read again before it was taken away: the next patient must not be
   * taken for the one who forgot it. Many readers see to it themselves, not all.
   */
  async #watchLift(signal: AbortSignal): Promise<void> {
    if (this.#emptySearches === null || this.#reads > 0) return;
    await this.#keeper.use((line) => this.#search(line, signal));
  }

  /** A card that lies there when the field is first searched is of somebody who has gone. */
  async #comeUp(): Promise<void> {
    if (this.#hasSearched) return void await this.status();
    await this.#keeper.use(async (line): Promise<Completion<null>> => {
      const asked = await this.#ask(line, SDT_STATUS, never());
      if (asked.kind === "failed") return asked;
      const found = await this.#search(line, never());
      if (found.kind === "failed") return found;
      if (found.value === "found") this.#emptySearches = 0;
      this.#hasSearched = true;
      return { kind: "done", value: null };
    });
  }

  /** Asks one thing and keeps in mind how the reader is. */
  async #ask(
    line: ByteLine,
    command: SdtCommand,
    signal: AbortSignal,
  ): Promise<Completion<{ readonly step: Step; readonly data: Uint8Array }>> {
    const replyWaitMs = command === SDT_READ ? READ_WAIT_MS_MAX : this.#replyWaitMs;
    const answer = await askSdt(line, command, { replyWaitMs, signal });
    if (answer.kind === "silent") return this.#fail("offline");
    if (answer.kind === "garbled") return this.#fail("hardware_error");
    const { outcome } = sdtCode(answer.code);
    if (outcome === "defective" || outcome === "not_understood") {
      return this.#fail("hardware_error");
    }
    this.#setCondition("online");
    const step = outcome === "no_record" ? "done" : outcome;
    return { kind: "done", value: { step, data: answer.data } };
  }

  #fail(
    condition: "offline" | "hardware_error",
  ): { readonly kind: "failed"; readonly reason: "offline" | "hardware_error" } {
    this.#setCondition(condition);
    return { kind: "failed", reason: condition };
  }

  #lineChanged(): void {
    if (this.#keeper.condition === "online") return void this.#comeUp();
    // A card that was read may lie there still when the reader is back.
    this.#slot.end("offline");
    this.#setCondition("offline");
  }

  #setCondition(condition: DeviceCondition): void {
    if (condition === this.#condition) return;
    this.#condition = condition;
    this.#listeners.tell({ kind: "status_changed" });
  }
}

function removed(): { readonly kind: "failed"; readonly reason: "removed_too_early" } {
  return { kind: "failed", reason: "removed_too_early" };
}

/** Lengths of text and photo, two bytes each, then both; the photo is wiped unseen. */
function cardOf(data: Uint8Array): IdCard | null {
  const textBytes = (data[0] ?? 0) << 8 | (data[1] ?? 0);
  const text = data.subarray(4, 4 + textBytes);
  const record = textBytes === TEXT_RECORD_BYTES ? readTextRecord(text) : null;
  data.fill(0);
  return record && idCardOf(record);
}

function never(): AbortSignal {
  return new AbortController().signal;
}
