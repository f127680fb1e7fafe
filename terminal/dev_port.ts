import type { IdCard, SocialSecurityCard } from "../ffi/contract.ts";
import type {
  CardJam,
  CardLibraryState,
  DevCabinet,
  DevCard,
  DevDevice,
  DevMedium,
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
  insertCard(card: SocialSecurityCard, held: DevCard): boolean | Promise<boolean>;
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

/** What a person holds to the terminal. */
export type DevMediumData =
  | { readonly kind: "social_security_card"; readonly card: SocialSecurityCard }
  | { readonly kind: "id_card"; readonly card: IdCard }
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
