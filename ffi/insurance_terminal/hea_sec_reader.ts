import type { CardChip } from "../card_reader/card_chip.ts";
import { CommandSlot } from "../command_slot.ts";
import type {
  CardReadFailure,
  CommandOptions,
  Completion,
  IdCard,
  SocialSecurityCard,
} from "../contract.ts";
import type { ChipPlace } from "../motor_reader/contract.ts";
import type { VendorLibrary, VendorReply } from "../vendor/contract.ts";
import { failureOfLoss } from "../vendor/lost_call.ts";
import { parseHeaSecCard, parseHeaSecIdCard } from "./hea_sec_records.ts";

/**
 * Return codes that are told apart. The specification of the library has no table; assumed are
 * those of the SSCardDriver family below it.
 */
export interface HeaSecCodes {
  readonly noCard: readonly number[];
  /** Library not loaded, reader not connected. */
  readonly readerBroken: readonly number[];
  readonly pinWrong: readonly number[];
  readonly pinLocked: readonly number[];
  readonly patientCancelled: readonly number[];
}

const HEA_SEC_CODES: HeaSecCodes = {
  noCard: [-2],
  readerBroken: [-5, -11, -12],
  pinWrong: [-51],
  pinLocked: [-52],
  patientCancelled: [-31, -32],
};

export interface HeaSecReaderOptions {
  /** Its profile calls `Init` at its start, and has `ReadCardBas` with `cardInfo`. */
  readonly library: VendorLibrary;
  readonly codes?: HeaSecCodes;
}

export type HeaSecPinFailure = "wrong_pin" | "pin_locked" | "patient_cancelled" | "no_card";

/**
 * Cards read through `HeaSecReadInfo`, the library of the national insurance platform: a second
 * source beside the reader's own one. It looks for the card wherever its reader has a place.
 */
export interface HeaSecReader extends CardChip {
  /** `ReadSFZ`, without a picture. */
  readIdCard(options: CommandOptions): Promise<Completion<IdCard, "no_card" | "unreadable">>;
  /** `GetPersonInfo` (四合一介质); request and answer are texts of the district. */
  personInfo(request: string, options: CommandOptions): Promise<Completion<string, "no_card">>;
  /** The library asks for the PIN on the reader's own keys. Never repeated: tries are few. */
  verifyPin(options: CommandOptions): Promise<Completion<null, HeaSecPinFailure>>;
}

export function openHeaSecReader(options: HeaSecReaderOptions): HeaSecReader {
  return new LibraryHeaSecReader(options);
}

type Returned = Extract<VendorReply, { kind: "returned" }>;

class LibraryHeaSecReader implements HeaSecReader {
  readonly #library: VendorLibrary;
  readonly #codes: HeaSecCodes;
  readonly #slot = new CommandSlot();

  constructor({ library, codes }: HeaSecReaderOptions) {
    this.#library = library;
    this.#codes = codes ?? HEA_SEC_CODES;
  }

  get condition(): "online" | "offline" {
    return this.#library.condition;
  }

  subscribe(listener: (event: "up" | "down") => void): () => void {
    return this.#library.subscribe(listener);
  }

  async endSession(): Promise<void> {
    await this.#library.endSession();
  }

  async readCard(
    _place: ChipPlace,
    options: CommandOptions,
  ): Promise<Completion<SocialSecurityCard, CardReadFailure | "no_card">> {
    return await this.#call<SocialSecurityCard, "unreadable" | "no_card">(
      { functionName: "ReadCardBas", inputs: {}, options },
      (reply) => this.#read(reply, parseHeaSecCard(String(reply.outputs.cardInfo ?? ""))),
    );
  }

  async readIdCard(
    options: CommandOptions,
  ): Promise<Completion<IdCard, "no_card" | "unreadable">> {
    return await this.#call<IdCard, "unreadable" | "no_card">(
      { functionName: "ReadSFZ", inputs: {}, options },
      (reply) => this.#read(reply, parseHeaSecIdCard(String(reply.outputs.idCardInfo ?? ""))),
    );
  }

  async personInfo(
    request: string,
    options: CommandOptions,
  ): Promise<Completion<string, "no_card">> {
    return await this.#call<string, "no_card">(
      { functionName: "GetPersonInfo", inputs: { request }, options },
      ({ succeeded, code, outputs }) => {
        if (succeeded) return { kind: "done", value: String(outputs.personInfo ?? "") };
        const noCard = isOneOf(this.#codes.noCard, code);
        return { kind: "failed", reason: noCard ? "no_card" : "hardware_error" };
      },
    );
  }

  async verifyPin(options: CommandOptions): Promise<Completion<null, HeaSecPinFailure>> {
    return await this.#call<null, HeaSecPinFailure>(
      { functionName: "VerifyPIN", inputs: {}, options },
      // What it wrote is not looked at: it may hold the PIN.
      ({ succeeded, code }) => {
        if (succeeded) return { kind: "done", value: null };
        const { noCard, pinWrong, pinLocked, patientCancelled } = this.#codes;
        if (isOneOf(noCard, code)) return { kind: "failed", reason: "no_card" };
        if (isOneOf(pinWrong, code)) return { kind: "failed", reason: "wrong_pin" };
        if (isOneOf(pinLocked, code)) return { kind: "failed", reason: "pin_locked" };
        if (!isOneOf(patientCancelled, code)) return { kind: "failed", reason: "hardware_error" };
        return { kind: "failed", reason: "patient_cancelled" };
      },
    );
  }

  async #call<Value, Failure extends string>(
    { functionName, inputs, options }: {
      readonly functionName: string;
      readonly inputs: Readonly<Record<string, string>>;
      readonly options: CommandOptions;
    },
    complete: (reply: Returned) => Completion<Value, Failure>,
  ): Promise<Completion<Value, Failure>> {
    if (this.condition === "offline") return { kind: "failed", reason: "offline" };
    return await this.#slot.run<Value, Failure>(options, async (signal) => {
      const { timeoutMs } = options;
      const reply = await this.#library.call(functionName, inputs, { signal, timeoutMs });
      if (reply.kind === "returned") return complete(reply);
      return { kind: "failed", reason: failureOfLoss(reply.reason) };
    });
  }

  #read<Value>(
    { succeeded, code }: Returned,
    value: Value | null,
  ): Completion<Value, "no_card" | "unreadable"> {
    if (succeeded && value !== null) return { kind: "done", value };
    if (isOneOf(this.#codes.noCard, code)) return { kind: "failed", reason: "no_card" };
    const broken = isOneOf(this.#codes.readerBroken, code);
    return { kind: "failed", reason: broken ? "hardware_error" : "unreadable" };
  }
}

function isOneOf(codes: readonly number[], code: number | null): boolean {
  return code !== null && codes.includes(code);
}
