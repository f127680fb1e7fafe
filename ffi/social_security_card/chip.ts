import type { CardChip } from "../card_reader/card_chip.ts";
import { CommandSlot } from "../command_slot.ts";
import type { CommandOptions, Completion, SocialSecurityCard } from "../contract.ts";
import type { ChipPlace } from "../motor_reader/contract.ts";
import type { VendorLibrary } from "../vendor/contract.ts";
import { failureOfLoss } from "../vendor/lost_call.ts";
import { requireFunctions } from "../vendor/required_functions.ts";
import { CHIP_FUNCTIONS } from "./function_names.ts";
import { Grace } from "./grace.ts";
import type { AskHsm } from "./hsm_question.ts";
import { type PinOutcome, pinOutcomeOf } from "./pin_outcome.ts";
import { CALL_MS_MAX, type Reading, type ReadingDeps, readRecord } from "./reading.ts";
import { type ChipFailure, failed, refusalOf } from "./refusal.ts";

export interface SocialSecurityChipOptions {
  /** Its profile has functions by the names of `function_names.ts`. */
  readonly library: VendorLibrary;
  /** Without it a card that the kiosk's PSAM cannot authenticate is a `hardware_error`. */
  readonly hsm?: AskHsm;
  /** Of a card at the contacts whose driver is too old to tell; "2.00" (assumed). */
  readonly versionWhenUntold?: SocialSecurityCard["version"];
  /** For the device's log: function, code and its meaning, nothing of a card. */
  readonly onRefusal?: (story: string) => void;
  /** How long a call may go on that nobody waits for, before it costs the library's process. */
  readonly graceMs?: number;
}

/** Longer than a card takes that is read at all. */
const GRACE_MS = 3_000;

export type PinCompletion = Completion<PinOutcome, ChipFailure | "not_supported">;

/** The chip of a social-security card through a library of the SSCardDriver family (LD/T 33). */
export interface SocialSecurityChip extends CardChip {
  /**
   * The patient types at the reader's own keypad. Never done twice by itself, since every wrong PIN
   * counts; to give it up closes the keypad at the price of the library's process.
   */
  verifyPin(place: ChipPlace, options: CommandOptions): Promise<PinCompletion>;
  changePin(place: ChipPlace, options: CommandOptions): Promise<PinCompletion>;
}

/** Throws for a library whose profile reads no card at either place: it is another device's. */
export function openSocialSecurityChip(options: SocialSecurityChipOptions): SocialSecurityChip {
  const { contact, contactless } = CHIP_FUNCTIONS;
  if (!options.library.has(contactless.read)) requireFunctions(options.library, [contact.read]);
  const chip = new LibraryChip(options);
  if (!options.library.has(contact.find)) return chip;
  const presence = (place: ChipPlace, command: CommandOptions) => chip.find(place, command);
  return Object.assign(chip, { presence });
}

class LibraryChip implements SocialSecurityChip {
  readonly #library: VendorLibrary;
  readonly #deps: ReadingDeps;
  readonly #graceMs: number;
  readonly #slot = new CommandSlot();
  #isFinding = false;

  constructor(options: SocialSecurityChipOptions) {
    const { library, hsm, versionWhenUntold = "2.00", onRefusal = () => {} } = options;
    this.#library = library;
    this.#deps = { library, hsm, versionWhenUntold, onRefusal };
    this.#graceMs = options.graceMs ?? GRACE_MS;
  }

  get condition(): "online" | "offline" {
    return this.#library.condition;
  }

  subscribe(listener: (event: "up" | "down") => void): () => void {
    return this.#library.subscribe(listener);
  }

  endSession(): Promise<void> {
    return this.#library.endSession();
  }

  /** While one goes on that nobody waits for any more, no other is begun: they would queue up. */
  async find(place: ChipPlace, options: CommandOptions): Promise<Completion<boolean>> {
    if (this.#isFinding) return failed("busy");
    return await this.#slot.run<boolean, never>(options, async (signal) => {
      this.#isFinding = true;
      using grace = new Grace(signal, this.#graceMs);
      const call = { signal: grace.signal, timeoutMs: CALL_MS_MAX };
      try {
        const reply = await this.#library.call(CHIP_FUNCTIONS[place].find, {}, call);
        if (reply.kind === "lost") return failed(failureOfLoss(reply.reason));
        return { kind: "done", value: reply.succeeded };
      } finally {
        this.#isFinding = false;
      }
    });
  }

  readCard(place: ChipPlace, options: CommandOptions): Promise<Reading> {
    return this.#slot.run<SocialSecurityCard, ChipFailure>(
      options,
      (signal) =>
        this.#library.together(async (library) => {
          using grace = new Grace(signal, this.#graceMs);
          const turn = { place, library, signal, lastSignal: grace.signal };
          return await readRecord(this.#deps, turn);
        }),
    );
  }

  verifyPin(place: ChipPlace, options: CommandOptions): Promise<PinCompletion> {
    return this.#askPin(CHIP_FUNCTIONS[place].verifyPin, place, options);
  }

  changePin(place: ChipPlace, options: CommandOptions): Promise<PinCompletion> {
    return this.#askPin(CHIP_FUNCTIONS[place].changePin, place, options);
  }

  /** What such a function writes is not looked at. */
  #askPin(name: string, place: ChipPlace, options: CommandOptions): Promise<PinCompletion> {
    if (!this.#library.has(name)) return Promise.resolve(failed("not_supported"));
    return this.#slot.run<PinOutcome, ChipFailure | "not_supported">(options, async (signal) => {
      const reply = await this.#library.call(name, {}, { ...options, signal });
      if (reply.kind === "lost") return failed(failureOfLoss(reply.reason));
      if (reply.succeeded) return { kind: "done", value: { kind: "accepted" } };
      const outcome = reply.code === null ? null : pinOutcomeOf(reply.code);
      if (outcome) return { kind: "done", value: outcome };
      return refusalOf(reply, { ...this.#deps, place, functionName: name });
    });
  }
}
