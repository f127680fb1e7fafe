import type {
  CommandOptions,
  Completion,
  Device,
  DeviceCondition,
  StatusChanged,
} from "../contract.ts";

/**
 * The motor of a 3-in-1 reader (电动读卡器): takes a card in, brings it to the contacts, the aerial
 * or the slot, and keeps one that nobody takes. Words of XFS4IoT CardReader.
 */

export interface MotorReaderCapabilities {
  readonly model: string;
  readonly contact: boolean;
  readonly contactless: boolean;
  readonly magneticStripe: boolean;
  /** 吞卡. */
  readonly retain: boolean;
}

/** `gate`: at the slot, the patient can take it; `held`: inside, at contacts or aerial. */
export type CardPosition = "none" | "gate" | "held" | "jammed" | "unknown";

/** `unknown` where nobody answers, and where a reader cannot tell (the bin of a CRT-310). */
export interface MotorReaderStatus {
  readonly device: DeviceCondition;
  readonly card: CardPosition;
  readonly retainBin: "ok" | "full" | "unknown";
  /** Cards are let in. */
  readonly entry: "enabled" | "disabled" | "unknown";
}

/** A card that our motor dropped into the bin is not `media_removed`. */
export type MotorReaderEvent =
  | StatusChanged
  | { readonly kind: "media_inserted" }
  | { readonly kind: "media_removed" };

/** `refused`: by the reader, or because the journal could not keep the movement. */
export type MoveFailure = "no_media" | "jammed" | "bin_full" | "not_supported" | "refused";

/** For the register; empty where a reader does not say. */
export interface MotorIdentity {
  readonly serialNumber: string;
  readonly firmware: string;
}

/** `unreadable`: the chip does not answer as a chip. */
export type ChipFailure = MoveFailure | "unreadable";

/** Where a chip can be talked to. */
export type ChipPlace = "contact" | "contactless";

/** What must be on disk before the motor takes a card out of the patient's reach. */
export interface CardMovement {
  readonly kind: "taken" | "given_back" | "retained";
}

/** A reader on its line; commands as `ffi/contract.ts` says. */
export interface MotorReader
  extends Device<MotorReaderCapabilities, MotorReaderStatus, MotorReaderEvent> {
  identify(options: CommandOptions): Promise<Completion<MotorIdentity, ChipFailure>>;
  /**
   * Lets cards in, or no longer; a card inside stays. It is a wish as well: a reader that is away
   * or loses power is told again when it is back.
   */
  setEntry(enabled: boolean, options: CommandOptions): Promise<Completion<null, MoveFailure>>;
  /** To the contacts or the aerial; the journal has it as taken before the motor runs. */
  position(at: ChipPlace, options: CommandOptions): Promise<Completion<null, MoveFailure>>;
  /** To the slot; completes when it can be taken, not when it is. */
  eject(options: CommandOptions): Promise<Completion<null, MoveFailure>>;
  /** Into the bin, after a record was kept of it. */
  retain(options: CommandOptions): Promise<Completion<null, MoveFailure>>;
  /** Cold reset of a contact chip: its answer to reset. */
  powerChip(options: CommandOptions): Promise<Completion<Uint8Array, ChipFailure>>;
  /** One APDU (T=0 or T=1 as the chip answered): data and SW1 SW2. */
  exchange(
    apdu: Uint8Array,
    options: CommandOptions,
  ): Promise<Completion<Uint8Array, ChipFailure>>;
}
