import type { CabinetSensors, Lights, Ups } from "./cabinet/contract.ts";
import type { InsuranceTerminal } from "./insurance_terminal/contract.ts";
import type { PinPad } from "./pin_pad/contract.ts";

/**
 * What every device does for the terminal, whoever drives it: a vendor library, a serial port or
 * a simulator. Words and meanings follow XFS4IoT (CEN/XFS4IoT 2022, Common, CardReader, BarcodeReader
 * and Printer interfaces): capabilities, status, commands, events.
 *
 * - Commands are asynchronous, cancellable and bounded. They answer with a {@link Completion}; they
 *   throw only for defects of the program.
 * - A device runs one command at a time; another one meanwhile completes as `busy`. `status` is
 *   always answered.
 * - Events tell what happened without a command; listeners must not throw.
 */

/** XFS4IoT Common.Status `device`, as far as the terminal tells cases apart. */
export type DeviceCondition = "online" | "offline" | "hardware_error";

export interface CommandOptions {
  /** Ends the command as `cancelled`. */
  readonly signal: AbortSignal;
  /** Ends the command as `timeout`, waiting for the patient included. */
  readonly timeoutMs: number;
}

/** XFS4IoT completion codes `canceled`, `timeOut`, `deviceNotReady`, `hardwareError`, `sequenceError`. */
export type CommonFailure = "cancelled" | "timeout" | "offline" | "hardware_error" | "busy";

export type Completion<Value, Failure extends string = never> =
  | { readonly kind: "done"; readonly value: Value }
  | { readonly kind: "failed"; readonly reason: CommonFailure | Failure };

export interface Device<Capabilities, Status, Event> {
  readonly capabilities: Capabilities;
  status(): Promise<Status>;
  /** Returns what ends the subscription. */
  subscribe(listener: (event: Event) => void): () => void;
  /** Stops commands, brings moving parts home without taking a card in; media stay where they are. */
  reset(options: CommandOptions): Promise<Completion<null>>;
}

export interface StatusChanged {
  readonly kind: "status_changed";
}

export interface CardReaderCapabilities {
  readonly contact: boolean;
  /** Third-generation cards answer on the radio field as well. */
  readonly contactless: boolean;
  /** A motor brings the card to the slot; without one the patient pulls it. */
  readonly eject: boolean;
  /** A card that nobody takes can be kept (吞卡). */
  readonly retain: boolean;
}

/** XFS4IoT CardReader `media`; `entering`: at the slot, the patient can take it. */
export type CardMedia = "present" | "not_present" | "entering" | "jammed" | "unknown";

export interface CardReaderStatus {
  readonly device: DeviceCondition;
  readonly media: CardMedia;
}

/** The fields of `iReadCardBas` (LD/T 33) that the terminal needs; see shared specs, devices §1.2. */
export interface SocialSecurityCard {
  /** 发卡地区行政区划代码, six digits. */
  readonly region: string;
  readonly socialSecurityNumber: string;
  readonly cardNumber: string;
  /** 卡识别码. */
  readonly cardIdentifier: string;
  readonly name: string;
  readonly version: "1.00" | "2.00" | "3.00";
}

/** A bank card, or the account on a social-security card, as the host wants it; in memory only. */
export interface PaymentCard {
  readonly entry: "magnetic" | "inserted" | "tapped";
  /** 13 to 19 digits. */
  readonly pan: string;
  /** `YYMM`. */
  readonly expiry: string | null;
  /** Three digits, of the chip. */
  readonly sequence: string | null;
  /** 二磁道等效数据, with `=` or `D` behind the number. */
  readonly track2: string | null;
  /** BER-TLV of field 55; null without a chip. */
  readonly chip: Uint8Array | null;
}

/** What a chip signs: amount and time of the sale. */
export interface PaymentRequest {
  readonly amountFen: bigint;
  readonly at: Date;
}

export type CardReadFailure = "removed_too_early" | "unreadable" | "wrong_way_round";

export type CardReaderEvent =
  | StatusChanged
  | { readonly kind: "media_inserted" }
  /** Taken by the patient, mid-read too. */
  | { readonly kind: "media_removed" };

/** Reader for social-security cards, contact and contactless. */
export interface CardReader
  extends Device<CardReaderCapabilities, CardReaderStatus, CardReaderEvent> {
  /** Reads the card that is in the reader, or waits for one to be inserted or tapped. */
  read(options: CommandOptions): Promise<Completion<SocialSecurityCard, CardReadFailure>>;
  /**
   * Reads the bank card that is in the reader, or waits for one; it stays inside. Absent in readers
   * that know social-security cards alone.
   */
  readPayment?(
    request: PaymentRequest,
    options: CommandOptions,
  ): Promise<Completion<PaymentCard, CardReadFailure>>;
  /** Brings the card to the slot; completes when it can be taken, not when it is. */
  eject(options: CommandOptions): Promise<Completion<null, "no_media" | "jammed">>;
  /** Into the bin; the caller has kept a record of it before. */
  retain(options: CommandOptions): Promise<Completion<null, RetainFailure>>;
}

export type RetainFailure = "no_media" | "jammed" | "bin_full" | "not_supported";

export interface IdCardReaderCapabilities {
  readonly documents: readonly IdDocument[];
}

export type IdDocument = "resident" | "hmt_resident" | "foreign_permanent_resident";

export interface IdCardReaderStatus {
  readonly device: DeviceCondition;
}

export interface IdCard {
  readonly document: IdDocument;
  readonly name: string;
  /**
   * 18 characters, the last one a digit or `X`; of a foreigner's permit of 2017 three letters and
   * twelve digits.
   */
  readonly idNumber: string;
  /** `yyyyMMdd`, or `长期`. */
  readonly validUntil: string;
}

/** Reader for resident identity cards (GA 450) and the permits of the same make. */
export interface IdCardReader
  extends Device<IdCardReaderCapabilities, IdCardReaderStatus, StatusChanged> {
  /** Waits for a card on the field and reads its text record, never photo or fingerprint. */
  read(
    options: CommandOptions,
  ): Promise<Completion<IdCard, "removed_too_early" | "unreadable">>;
}

export interface ScannerCapabilities {
  /** Longest code delivered; longer ones are dropped by the driver. */
  readonly charactersMax: number;
}

export interface ScannerStatus {
  readonly device: DeviceCondition;
  /** A scan is waiting: the light is on. */
  readonly armed: boolean;
}

export interface Scanner extends Device<ScannerCapabilities, ScannerStatus, StatusChanged> {
  /** Switches the light on till one code is read. Outside of it nothing is ever delivered. */
  scan(options: CommandOptions): Promise<Completion<string>>;
}

export interface ReceiptPrinterCapabilities {
  /** Characters of normal width per line: 32 on 58 mm paper, 48 on 80 mm. */
  readonly columns: number;
  readonly cutter: boolean;
  readonly bytesMax: number;
}

export interface ReceiptPrinterStatus {
  readonly device: DeviceCondition;
  readonly paper: "full" | "low" | "out";
  readonly cover: "closed" | "open";
}

export type PrintFailure = "paper_out" | "cover_open" | "too_long";

/**
 * Which answer of `DLE EOT n` is meant; every answer `b` satisfies `(b & 0x93) === 0x12`.
 * 1 printer: 0x08 offline. 2 cause: 0x04 cover open, 0x20 stopped at paper end, 0x40 error.
 * 3 error: 0x08 cutter, 0x20 unrecoverable. 4 paper: 0x0c near end, 0x60 end.
 */
export type RealTimeStatusNumber = 1 | 2 | 3 | 4;

/** Thermal printer that takes ESC/POS bytes. */
export interface ReceiptPrinter
  extends Device<ReceiptPrinterCapabilities, ReceiptPrinterStatus, StatusChanged> {
  /**
   * Completes when the paper is out of the print head. A failure may leave part of the slip
   * printed; the caller prints the whole slip again.
   */
  print(bytes: Uint8Array, options: CommandOptions): Promise<Completion<null, PrintFailure>>;
  /** The raw byte behind `status`, for diagnosis; `offline` when the line itself is dead. */
  realTimeStatus(
    n: RealTimeStatusNumber,
    options: CommandOptions,
  ): Promise<Completion<number>>;
}

/** The devices of one kiosk: those a visit needs, and those its model may have. */
export interface KioskDevices {
  readonly cardReader: CardReader;
  readonly idCardReader: IdCardReader;
  readonly scanner: Scanner;
  readonly receiptPrinter: ReceiptPrinter;
  readonly pinPad?: PinPad;
  readonly insuranceTerminal?: InsuranceTerminal;
  readonly cabinet?: CabinetSensors;
  readonly ups?: Ups;
  readonly lights?: Lights;
}
