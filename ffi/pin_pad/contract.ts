import type {
  CommandOptions,
  Completion,
  Device,
  DeviceCondition,
  StatusChanged,
} from "../contract.ts";

/**
 * The encrypting PIN pad (EPP, 密码键盘), in the words of XFS4IoT Keyboard, PinPad and KeyManagement.
 * A digit never leaves it: while a PIN is typed the terminal hears that a key was pressed, not which.
 * Keys go in and never come out.
 */

export type PinPadAlgorithm = "tdes" | "sm4";

export interface PinPadCapabilities {
  readonly model: string;
  readonly algorithms: readonly PinPadAlgorithm[];
  /** Slots 0 … keySlots − 1. */
  readonly keySlots: number;
  readonly macMethods: readonly PinPadMacMethod[];
  /** Longest data of one `encrypt`, and of one `mac`, in bytes. */
  readonly dataBytesMax: number;
  /** `checkValue` answers: the pad shows it, or encrypts zeros where it may. */
  readonly checkValues: boolean;
}

export interface PinPadStatus {
  readonly device: DeviceCondition;
  /** `tampered`: its keys are gone; nothing but a technician with new keys helps. */
  readonly tamper: "intact" | "tampered" | "unknown";
  readonly battery: "good" | "low" | "unknown";
  readonly entry: "idle" | "pin";
}

export type PinPadEvent =
  | StatusChanged
  /** While a PIN is typed: one digit more, all cleared or one less, no digit's value. */
  | { readonly kind: "pin_progress"; readonly digits: number }
  | { readonly kind: "tampered" };

export type KeyPurpose = "key_encryption" | "pin" | "mac" | "data";

export type PinPadFailure =
  | "tampered"
  | "no_key"
  | "wrong_key_purpose"
  | "wrong_check_value"
  | "not_supported"
  | "refused";

export interface LoadKeyRequest {
  readonly slot: number;
  readonly algorithm: PinPadAlgorithm;
  readonly purpose: KeyPurpose;
  /** The slot of the key it is encrypted under (ECB); null is a plain key, in a secure room only. */
  readonly under: number | null;
  /** 16 or 24 bytes (3DES), 16 (SM4); 8 (DES) for a MAC key of X9.9. */
  readonly key: Uint8Array;
  /**
   * Leftmost 3 to 8 bytes of E_k(0…0); compared by whichever side can. A key with another one, or
   * one that nobody can compare (`not_supported`), is made unusable.
   */
  readonly checkValue?: Uint8Array;
}

/** A key as its slot's register knows it: what it is for, not what it is. */
export interface RecalledKey {
  readonly slot: number;
  readonly algorithm: PinPadAlgorithm;
  readonly purpose: KeyPurpose;
  /** The slot of the key it came under; null for a key that was loaded plain. */
  readonly under: number | null;
  readonly keyBytes: 8 | 16 | 24;
}

export interface EnterPinRequest {
  readonly slot: number;
  readonly algorithm: PinPadAlgorithm;
  /** Of the transaction, never typed: 13 to 19 digits. */
  readonly pan: string;
  /** 4 to 12. */
  readonly minDigits: number;
  readonly maxDigits: number;
}

/** ISO 9564-1 format 0 under 3DES: 8 bytes; the 16-byte block of devices.md §3.4 under SM4: 16. */
export interface EnteredPin {
  readonly block: Uint8Array;
  readonly digits: number;
}

/** `patient_cancelled`: 取消 was pressed. */
export type EnterPinFailure = PinPadFailure | "patient_cancelled";

export type PinPadMacMethod = "x9_9" | "x9_19" | "unionpay_ecb" | "sm4_cbc";

export interface MacRequest {
  readonly slot: number;
  readonly method: PinPadMacMethod;
  readonly data: Uint8Array;
}

export interface EncryptRequest {
  readonly slot: number;
  readonly algorithm: PinPadAlgorithm;
  readonly direction: "encrypt" | "decrypt";
  /** Whole blocks. */
  readonly data: Uint8Array;
  /** CBC with this IV; ECB when absent. */
  readonly iv?: Uint8Array;
}

export interface PinPad extends Device<PinPadCapabilities, PinPadStatus, PinPadEvent> {
  /** Serial number and firmware, for the register. */
  identify(options: CommandOptions): Promise<Completion<PinPadIdentity>>;
  /**
   * What others put in, or this driver before the process began: no pad tells what its slots are
   * for. What this driver knows of a slot already stays, if it is of the same algorithm.
   */
  recallKeys(keys: readonly RecalledKey[]): void;
  loadKey(
    request: LoadKeyRequest,
    options: CommandOptions,
  ): Promise<Completion<null, PinPadFailure>>;
  /** Leftmost 3 to 8 bytes of E_k(0…0); `not_supported` where the pad does not tell. */
  checkValue(slot: number, options: CommandOptions): Promise<Completion<Uint8Array, PinPadFailure>>;
  /** Erases every key; only on a technician's command. */
  eraseKeys(options: CommandOptions): Promise<Completion<null, PinPadFailure>>;
  /** Opens the keypad, waits for 确认, and takes the block; the keypad is closed in every end. */
  enterPin(
    request: EnterPinRequest,
    options: CommandOptions,
  ): Promise<Completion<EnteredPin, EnterPinFailure>>;
  /** 8 bytes (X9.9, X9.19), 8 ASCII hex digits (UnionPay), 16 bytes (SM4-CBC). */
  mac(request: MacRequest, options: CommandOptions): Promise<Completion<Uint8Array, PinPadFailure>>;
  encrypt(
    request: EncryptRequest,
    options: CommandOptions,
  ): Promise<Completion<Uint8Array, PinPadFailure>>;
}

export interface PinPadIdentity {
  readonly serialNumber: string;
  readonly firmware: string;
}
