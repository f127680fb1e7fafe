import type {
  EncryptRequest,
  EnterPinRequest,
  KeyPurpose,
  MacRequest,
  PinPadAlgorithm,
  PinPadCapabilities,
  PinPadIdentity,
} from "./contract.ts";
import type { PadParser, PadReply } from "./frame.ts";
import type { PadKeys } from "./key_map.ts";
import type { PadTalk, Verdict } from "./pad_talk.ts";

/** What is known of the key in a slot; pads tell little or nothing of it. */
export interface SlotKey {
  readonly slot: number;
  readonly algorithm: PinPadAlgorithm;
  readonly purpose: KeyPurpose;
  /** The slot of the key it came under; null for a key that was loaded plain. */
  readonly under: number | null;
  /** 8 for single DES. */
  readonly keyBytes: 8 | 16 | 24;
}

/**
 * One make's commands. Everything throws `PadTrouble` and `LineError`; requests were checked, keys
 * are there and of the right purpose.
 */
export interface PadProtocol {
  readonly capabilities: PinPadCapabilities;
  readonly keys: PadKeys;
  newParser(): PadParser;
  judge(reply: PadReply): Verdict;
  /** A query without consequence, whose verdict tells tamper and battery. */
  askHealth(talk: PadTalk): Promise<void>;
  reset(talk: PadTalk): Promise<void>;
  identify(talk: PadTalk): Promise<PinPadIdentity>;
  /** The check value that the pad shows for it, null when it shows none. */
  storeKey(talk: PadTalk, slotKey: SlotKey, key: Uint8Array): Promise<Uint8Array | null>;
  /** The front of E_k(0…0), null when the pad neither shows it nor may be made to compute it. */
  askCheckValue(talk: PadTalk, slotKey: SlotKey): Promise<Uint8Array | null>;
  /** Deletes the key, or puts one in its place that nobody knows. */
  wipeKey(talk: PadTalk, slotKey: SlotKey): Promise<void>;
  eraseKeys(talk: PadTalk): Promise<void>;
  /** The last command opens the keypad; keys may come in front of its reply. */
  openPin(talk: PadTalk, entry: PinEntry): Promise<void>;
  takePinBlock(talk: PadTalk, entry: PinEntry): Promise<Uint8Array>;
  /** Harmless when it is closed. */
  closePin(talk: PadTalk): Promise<void>;
  mac(talk: PadTalk, slotKey: SlotKey, request: MacRequest): Promise<Uint8Array>;
  encrypt(talk: PadTalk, slotKey: SlotKey, request: EncryptRequest): Promise<Uint8Array>;
}

/** One PIN to be typed. */
export interface PinEntry {
  readonly request: EnterPinRequest;
  readonly slotKey: SlotKey;
  /** What is left of the command's time when it starts. */
  readonly timeoutMs: number;
}

const BOUND_PAN_DIGITS = 12;

/** The 12 digits before the check digit: what a pad binds a PIN to (ISO 9564-1, format 0). */
export function boundDigits(pan: string): string {
  return pan.slice(-1 - BOUND_PAN_DIGITS, -1);
}

/** Of the block cipher. */
export function blockBytesOf(algorithm: PinPadAlgorithm): 8 | 16 {
  return algorithm === "sm4" ? 16 : 8;
}

/** A key that nobody knows, to put in the place of one that must not be used. */
export function unknownKey(keyBytes: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(keyBytes));
}
