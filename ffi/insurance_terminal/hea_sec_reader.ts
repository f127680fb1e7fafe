import { CommandSlot } from "../command_slot.ts";
import type { CommandOptions, Completion, IdCard, SocialSecurityCard } from "../contract.ts";
import type { ChipPlace } from "../motor_reader/contract.ts";
import type { PinCompletion, SocialSecurityChip } from "../social_security_card/chip.ts";
import { type PinOutcome, pinOutcomeOf } from "../social_security_card/pin_outcome.ts";
import { parseCardRecord } from "../social_security_card/record.ts";
import {
  type ChipFailure,
  failed,
  refusalOf,
  type Returned,
} from "../social_security_card/refusal.ts";
import type { VendorLibrary } from "../vendor/contract.ts";
import { failureOfLoss } from "../vendor/lost_call.ts";
import { requireFunctions } from "../vendor/required_functions.ts";
import { parseHeaSecIdCard } from "./hea_sec_id_card.ts";

export interface HeaSecReaderOptions {
  /** Its profile calls `Init` at its start, and has `ReadCardBas` with `cardInfo` and so on. */
  readonly library: VendorLibrary;
  /** Of a card whose record is too short to tell; "2.00" (assumed). */
  readonly versionWhenUntold?: SocialSecurityCard["version"];
  /** For the device's log: function, code and its meaning, nothing of a card. */
  readonly onRefusal?: (story: string) => void;
}

/**
 * Cards read through `HeaSecReadInfo`, the library of the national insurance platform: a second
 * source beside the reader's own one. It looks for a card wherever its reader has a place. Its
 * return codes are assumed to be those of the SSCardDriver family below it.
 */
export interface HeaSecReader extends SocialSecurityChip {
  /** `ReadSFZ`, without a picture. */
  readIdCard(options: CommandOptions): Promise<Completion<IdCard, ChipFailure>>;
  /** `GetPersonInfo` (四合一介质); request and answer are texts of the district. */
  personInfo(request: string, options: CommandOptions): Promise<Completion<string, ChipFailure>>;
}

/** Throws when the library's profile cannot read cards. */
export function openHeaSecReader(options: HeaSecReaderOptions): HeaSecReader {
  requireFunctions(options.library, ["ReadCardBas"]);
  return new LibraryHeaSecReader(options);
}

interface HeaSecCall {
  readonly functionName: string;
  readonly place: ChipPlace;
  readonly inputs?: Readonly<Record<string, string>>;
}

/** Above every profile's deadline: the profile bounds a call. */
const CALL_MS_MAX = 10 * 60_000;

class LibraryHeaSecReader implements HeaSecReader {
  readonly #library: VendorLibrary;
  readonly #versionWhenUntold: SocialSecurityCard["version"];
  readonly #onRefusal: (story: string) => void;
  readonly #slot = new CommandSlot();

  constructor({ library, versionWhenUntold = "2.00", onRefusal }: HeaSecReaderOptions) {
    this.#library = library;
    this.#versionWhenUntold = versionWhenUntold;
    this.#onRefusal = onRefusal ?? (() => {});
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

  async readCard(
    place: ChipPlace,
    options: CommandOptions,
  ): Promise<Completion<SocialSecurityCard, ChipFailure>> {
    const versionWhenUntold = place === "contactless" ? "3.00" : this.#versionWhenUntold;
    return await this.#ask(
      { functionName: "ReadCardBas", place },
      options,
      ({ cardInfo }) => parseCardRecord(textOf(cardInfo), { versionWhenUntold }),
    );
  }

  async readIdCard(options: CommandOptions): Promise<Completion<IdCard, ChipFailure>> {
    return await this.#ask(
      { functionName: "ReadSFZ", place: "contactless" },
      options,
      ({ idCardInfo }) => parseHeaSecIdCard(textOf(idCardInfo)),
    );
  }

  async personInfo(
    request: string,
    options: CommandOptions,
  ): Promise<Completion<string, ChipFailure>> {
    return await this.#ask(
      { functionName: "GetPersonInfo", place: "contact", inputs: { request } },
      options,
      ({ personInfo }) => textOf(personInfo),
    );
  }

  verifyPin(place: ChipPlace, options: CommandOptions): Promise<PinCompletion> {
    return this.#askPin({ functionName: "VerifyPIN", place }, options);
  }

  changePin(place: ChipPlace, options: CommandOptions): Promise<PinCompletion> {
    return this.#askPin({ functionName: "ChangePIN", place }, options);
  }

  /** A read under way is not given up with its command: that would cost the library's process. */
  async #ask<Value>(
    call: HeaSecCall,
    options: CommandOptions,
    parse: (outputs: Returned["outputs"]) => Value | null,
  ): Promise<Completion<Value, ChipFailure>> {
    const { functionName, place, inputs = {} } = call;
    if (!this.#library.has(functionName)) return failed("hardware_error");
    return await this.#slot.run<Value, ChipFailure>(options, async () => {
      const patiently = { signal: new AbortController().signal, timeoutMs: CALL_MS_MAX };
      const reply = await this.#library.call(functionName, inputs, patiently);
      if (reply.kind === "lost") return failed(failureOfLoss(reply.reason));
      if (!reply.succeeded) {
        return refusalOf(reply, { functionName, place, onRefusal: this.#onRefusal });
      }
      const value = parse(reply.outputs);
      return value === null ? failed("unreadable") : { kind: "done", value };
    });
  }

  /** What such a function writes is not looked at: it may hold the PIN. */
  async #askPin(
    { functionName, place }: HeaSecCall,
    options: CommandOptions,
  ): Promise<PinCompletion> {
    if (!this.#library.has(functionName)) return failed("not_supported");
    return await this.#slot.run<PinOutcome, ChipFailure | "not_supported">(
      options,
      async (signal) => {
        const reply = await this.#library.call(functionName, {}, { ...options, signal });
        if (reply.kind === "lost") return failed(failureOfLoss(reply.reason));
        if (reply.succeeded) return { kind: "done", value: { kind: "accepted" } };
        const outcome = reply.code === null ? null : pinOutcomeOf(reply.code);
        if (outcome) return { kind: "done", value: outcome };
        return refusalOf(reply, { functionName, place, onRefusal: this.#onRefusal });
      },
    );
  }
}

function textOf(output: Returned["outputs"][string] | undefined): string {
  return typeof output === "string" ? output : "";
}
