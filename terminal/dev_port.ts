import type { IdCard, SocialSecurityCard } from "../ffi/contract.ts";
import type {
  CardJam,
  CardLibraryState,
  DevCabinet,
  DevCard,
  DevDevice,
  DevMedium,
  DevPadKey,
  DevPaper,
  DevPerson,
  DevPhoneBody,
  DevPhoneReply,
  DevPrinter,
  PowerSupply,
} from "./dev_contract.ts";

/** The hand on the virtual devices; `sandbox/devices/dev_devices.ts` fits by shape. */
export interface DevHand {
  /** False when the slot is shut, or nothing was waiting for it, as in the calls below. */
  insertCard(
    card: SocialSecurityCard,
    held: DevCard,
    /** The account on the card, where it has one. */
    bank: DevBankCard | null,
  ): boolean | Promise<boolean>;
  /** False where these devices take none. */
  insertBankCard(card: DevBankCard, held: DevCard): boolean | Promise<boolean>;
  tapBankCard(card: DevBankCard): boolean | Promise<boolean>;
  /** False while the keypad hears nothing. */
  pressPad(key: DevPadKey): boolean;
  /** False without an insurance terminal. */
  showFace(face: DevFace | null): boolean;
  pullCard(): void;
  tapCard(card: SocialSecurityCard): boolean | Promise<boolean>;
  tapIdCard(card: IdCard, fault: "unreadable" | null): boolean;
  scan(text: string): boolean;
  setPaper(paper: DevPrinter["paper"]): void;
  setPaperLines(linesLeft: number): void;
  setCover(open: boolean): void;
  setOnline(device: DevDevice, online: boolean): void | Promise<void>;
  takePaper(): void;
  setDoor(open: boolean): void;
  knock(): void;
  setSupply(supply: PowerSupply): void;
  setTamper(tampered: boolean): void;
  setJam(jam: CardJam | null): void;
  setBin(full: boolean): void;
  /** False where there is no library. */
  setLibrary(library: CardLibraryState): boolean | Promise<boolean>;
  /** Called after what the hand or the device did to card and paper. */
  onChange(listener: () => void): void;
  readonly card: DevCard | null;
  readonly printer: DevPrinter;
  readonly paper: DevPaper;
  readonly cabinet: DevCabinet;
}

/** A bank card in a hand; `BankCard` of the sandbox fits by shape. */
export interface DevBankCard {
  readonly pan: string;
  /** `YYMM`. */
  readonly expiry: string;
  readonly sequence: string;
  readonly serviceCode: string;
  readonly hasChip: boolean;
}

export interface DevFace {
  readonly idNumber: string;
  readonly name: string;
  /** Insured area, six digits. */
  readonly region: string;
}

/** What a person holds to the terminal. */
export type DevMediumData =
  | {
    readonly kind: "social_security_card";
    readonly card: SocialSecurityCard;
    readonly bank: DevBankCard | null;
  }
  | { readonly kind: "id_card"; readonly card: IdCard }
  | { readonly kind: "bank_card"; readonly card: DevBankCard }
  | { readonly kind: "face"; readonly face: DevFace }
  | { readonly kind: "code"; readonly text: string };

/** What the dev role is given by the process it runs in. */
export interface DevOptions {
  readonly hand: DevHand;
  persons(): Promise<readonly DevPerson[]>;
  /** Null when the person has no such medium; codes may be made anew at each call. */
  findMedium(personId: string, medium: DevMedium): Promise<DevMediumData | null>;
  jumpClock(byMs: number): void;
  clockOffsetMs(): number;
  /** The patient's phone on the code the screen shows. */
  usePhone(body: DevPhoneBody): Promise<DevPhoneReply>;
}
