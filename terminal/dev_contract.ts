/**
 * What the dev dock and the terminal say to each other. Types only. Present in the dev role alone;
 * elsewhere every path below answers 404. Same origin and same `x-kiosk-token` as `/local/v1`.
 *
 * | call | does |
 * |---|---|
 * | `GET  /dev/state` | DevState |
 * | `POST /dev/devices` DevDeviceCommand | acts on a virtual device; DevState |
 * | `GET  /dev/persons` | DevPersonList: the test persons by case |
 * | `GET  /dev/paper` | DevPaper: what the virtual printer has printed, oldest sheet first |
 * | `POST /dev/network` DevNetworkBody | cuts or mends the line to the platform; DevState |
 * | `POST /dev/clock` DevClockBody | sets the clock of the whole dev process on; DevState |
 * | `POST /dev/phone` DevPhoneBody | the patient's phone pays the code on the screen; DevPhoneReply |
 *
 * The WebSocket sends `{ kind: "dev_changed" }` whenever DevState or DevPaper may have changed.
 */
import type { DeviceClass, DeviceStatus } from "./contract.ts";

/** Those that a hand can unplug. */
export type DevDevice = Extract<
  DeviceClass,
  "card_reader" | "id_card_reader" | "scanner" | "receipt_printer" | "pin_pad" | "ups"
>;

export interface DevState {
  readonly devices: readonly DeviceStatus[];
  /** Null when no card lies in the reader. */
  readonly card: DevCard | null;
  readonly printer: DevPrinter;
  readonly cabinet: DevCabinet;
  readonly scanner: {
    readonly armed: boolean;
    readonly want: ScannerWant;
  };
  readonly network: { readonly on: boolean };
  /** How far the dev process's clock is ahead of the machine's, and what it shows (UTC, RFC 3339). */
  readonly clock: { readonly offsetMs: number; readonly now: string };
}

export interface DevCard {
  readonly personId: string;
  readonly fault: CardFault | null;
}

export interface DevPrinter {
  readonly paper: "full" | "low" | "out";
  readonly linesLeft: number;
  readonly coverOpen: boolean;
}

/** What a technician would find inside. */
export interface DevCabinet {
  readonly doorOpen: boolean;
  readonly supply: PowerSupply;
  readonly padTampered: boolean;
  readonly jam: CardJam | null;
  readonly binFull: boolean;
  /** Null where the card reader has no vendor's library behind it. */
  readonly library: CardLibraryState | null;
}

export type PowerSupply = "mains" | "battery" | "battery_low";

/** `loose`: comes free when the reader starts anew; `stuck`: wants a technician. */
export type CardJam = "loose" | "stuck";

/** What the card library does at its next reads. */
export type CardLibraryState = "sound" | "crash" | "hang" | "slow";

export type ScannerWant = "credential" | "payment_code" | "nothing";

export type CardFault = "unreadable" | "wrong_way_round";

/** What a person can hold to the terminal; a code is made anew at each scan where it is dynamic. */
export type DevMedium =
  | "social_security_card"
  | "id_card"
  | "insurance_voucher"
  | "electronic_social_security_card"
  | "health_code"
  | "payment_code"
  /** 电子社保卡消费码 */
  | "consumption_code"
  | "bank_card"
  | "face";

export type DevCodeMedium = Exclude<
  DevMedium,
  "social_security_card" | "id_card" | "bank_card" | "face"
>;

/** Keys of the PIN pad, as its hand names them. */
export type DevPadKey =
  | "0"
  | "1"
  | "2"
  | "3"
  | "4"
  | "5"
  | "6"
  | "7"
  | "8"
  | "9"
  | "enter"
  | "cancel"
  | "clear"
  | "backspace";

export interface DevPerson {
  readonly id: string;
  readonly name: string;
  /** The case in a few Chinese words, e.g. `三代卡，两张待缴费单`. */
  readonly title: string;
  /** What there is to see with this person, one Chinese sentence. */
  readonly hint: string;
  readonly media: readonly DevMedium[];
}

export interface DevPersonList {
  readonly persons: readonly DevPerson[];
}

export type DevDeviceCommand =
  | { readonly do: "insert_card"; readonly personId: string; readonly fault?: CardFault }
  /** Also mid-read, which gives `removed_too_early`. */
  | { readonly do: "pull_card" }
  /** Third-generation card on the contactless field. */
  | { readonly do: "tap_card"; readonly personId: string }
  | { readonly do: "insert_bank_card"; readonly personId: string }
  | { readonly do: "tap_bank_card"; readonly personId: string }
  | { readonly do: "press_pad"; readonly keys: readonly DevPadKey[] }
  /** Before the camera of the insurance terminal; null steps away. */
  | { readonly do: "show_face"; readonly personId: string | null }
  | { readonly do: "tap_id_card"; readonly personId: string; readonly fault?: "unreadable" }
  | { readonly do: "scan_code"; readonly personId: string; readonly medium: DevCodeMedium }
  | { readonly do: "scan_text"; readonly text: string }
  /** `linesLeft`: the paper ends after so many lines more, also in the middle of a slip. */
  | { readonly do: "set_paper"; readonly paper: "full" | "low" | "out" }
  | { readonly do: "set_paper_lines"; readonly linesLeft: number }
  | { readonly do: "set_cover"; readonly open: boolean }
  | { readonly do: "set_device"; readonly device: DevDevice; readonly online: boolean }
  /** Tears off what hangs out: the sheets of DevPaper are gone. */
  | { readonly do: "take_paper" }
  | DevTrouble;

/** What befalls the cabinet and the devices inside; the same words end it again. */
export type DevTrouble =
  | { readonly do: "set_door"; readonly open: boolean }
  | { readonly do: "knock" }
  | { readonly do: "set_supply"; readonly supply: PowerSupply }
  /** Taken off its panel, every key is gone; mounted again, they stay gone. */
  | { readonly do: "set_tamper"; readonly tampered: boolean }
  /** The next card to be moved does not move. */
  | { readonly do: "set_jam"; readonly jam: CardJam | null }
  | { readonly do: "set_bin"; readonly full: boolean }
  | { readonly do: "set_library"; readonly library: CardLibraryState };

export interface DevPaper {
  /** Characters of normal width per line; a Chinese character takes two. */
  readonly columns: number;
  readonly sheets: readonly DevPaperSheet[];
}

export interface DevPaperSheet {
  /** Grows with every sheet of one run. */
  readonly id: number;
  /** False while it hangs in the printer: no cut came, or the paper ended. */
  readonly cut: boolean;
  readonly lines: readonly DevPaperLine[];
}

export type PaperAlign = "left" | "center" | "right";

export type DevPaperLine =
  | { readonly kind: "text"; readonly align: PaperAlign; readonly runs: readonly DevPaperRun[] }
  | {
    readonly kind: "qr";
    readonly align: PaperAlign;
    readonly text: string;
    readonly dots: number;
  };

export interface DevPaperRun {
  readonly text: string;
  readonly bold: boolean;
  /** Magnification of the character cell, 1–8. */
  readonly width: number;
  readonly height: number;
}

export interface DevNetworkBody {
  readonly on: boolean;
}

export interface DevClockBody {
  readonly jumpMs: number;
}

/** `codeText`: the text of the QR on the screen (`tender.codeText`). */
export interface DevPhoneBody {
  readonly do: "pay" | "refuse";
  readonly codeText: string;
}

export type DevPhoneReply =
  | { readonly kind: "done" }
  /** The bank does not know the code, or it is past. */
  | { readonly kind: "not_done"; readonly reason: string };
