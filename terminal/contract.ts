/**
 * What kiosk-ui and the terminal process say to each other on loopback. Types only, so that the
 * screens carry no schema library; the terminal checks what comes in (`terminal/local_requests.ts`).
 *
 * HTTP, all below `/local/v1`, JSON, the per-boot token in the `x-kiosk-token` header:
 *
 * | call | does |
 * |---|---|
 * | `GET  /settings` | TerminalSettings of the platform, or the last known ones with `stale` |
 * | `POST /sessions/end` | wipes everything of the patient in the terminal; prompts to take the card |
 * | `POST /identify` `{ credential, service? }` | makes the id, asks the platform, answers IdentifyReply |
 * | `POST /face` FaceRequest | the insurance terminal's camera, then as `/identify`; FaceReply |
 * | `POST /present` PresentRequest | the same patient's fresh medium; InsuranceView, or no_face |
 * | `GET  /relatives?identificationId=` | Relatives |
 * | `POST /relatives` RelativeRequest | makes the id; GivenConsent, or no_face |
 * | `POST /relatives/:id/withdrawal` `{ identificationId }` | 204 |
 * | `POST /face/stop` | nobody waits for a face any more; 204 |
 * | `POST /profile` `{ identificationId, phone }` | IdentifyReply |
 * | `GET  /bills?identificationId=` | BillList |
 * | `GET  /departments?identificationId=` | DepartmentList |
 * | `GET  /schedules?identificationId=&department=` | ScheduleList |
 * | `GET  /slots?identificationId=&schedule=` | SlotList |
 * | `POST /orders` NewOrderRequest | makes the order id, journals it, then sends; OrderReply |
 * | `GET  /orders/:id` | OrderReply |
 * | `POST /orders/:id/confirm` `{ quoteVersion }` | OrderReply |
 * | `POST /orders/:id/tender` `{ mode, code? }` | OrderReply |
 * | `POST /orders/:id/pay-link` | PayLink: one code for every way to pay on a phone |
 * | `POST /orders/:id/tender/close` | OrderReply |
 * | `POST /orders/:id/card` `{}` | begins to take a bank card; `card_payment` events say the rest; 204 |
 * | `POST /orders/:id/card/act` `{ act: "stop" \| "skip_pin" \| "other_card" }` | 204 |
 * | `POST /orders/:id/cancel` | OrderReply |
 * | `POST /orders/:id/print` `{ slip }` | PrintReply |
 * | `GET  /refundable?identificationId=` | RefundableList |
 * | `GET  /refundable/one?identificationId=&orderId=` | Refundable |
 * | `POST /refunds` `{ identificationId, orderId, lines, why }` | makes the id; RefundReply |
 * | `GET  /refunds/:id` | RefundReply |
 * | `POST /refunds/:id/print` | PrintReply |
 * | `GET  /inpatient?identificationId=` | InpatientView |
 * | `POST /discharge-refunds` `{ identificationId }` | makes the id; DischargeReply |
 * | `GET  /discharge-refunds/:id` | DischargeReply |
 * | `POST /discharge-refunds/:id/print` | PrintReply |
 * | `POST /calls` `{ reason, orderId }` | CallStaffReply |
 * | `POST /scanner/want` `{ want: "credential" \| "payment_code" \| "nothing" }` | what a scanned code is pushed as; 204 |
 *
 * Errors are problem+json (the platform's are passed through; the terminal's own codes begin with
 * `terminal.`). WebSocket `/local/v1/events?token=`: TerminalEvent messages, the first is `hello`.
 */
import type { Credential, IdentifyReply } from "../server/modules/identity/contract.ts";
import type { GiveConsentBody } from "../server/modules/insurance/relatives/contract.ts";
import type { CreateOrderBody, OrderView } from "../server/modules/checkout/contract.ts";
import type { DischargeView } from "../server/modules/inpatient/contract.ts";
import type { RefundView } from "../server/modules/refund/contract.ts";
import type { Service, TerminalSettings } from "../server/modules/settings/contract.ts";
import type { Problem } from "../server/platform/openapi.ts";

export type DeviceClass =
  | "card_reader"
  | "id_card_reader"
  | "scanner"
  | "receipt_printer"
  | "pin_pad"
  | "insurance_terminal"
  | "cabinet"
  | "ups"
  | "lights";

export type DeviceState =
  | "online"
  | "offline"
  | "hardware_error"
  /** Printer only: works but nothing can be printed. */
  | "paper_out"
  | "paper_low"
  /** PIN pad only: it was opened or taken out, and its keys are gone. */
  | "tampered"
  /** PIN pad only: it works, but has no keys to take bank cards with. */
  | "no_keys"
  /** Cabinet only. */
  | "door_open"
  /** UPS only: the mains are gone, and then little is left. */
  | "on_battery"
  | "battery_low";

export interface DeviceStatus {
  readonly device: DeviceClass;
  readonly state: DeviceState;
  /** A card lies in the reader. */
  readonly mediaPresent: boolean;
}

export type TerminalEvent =
  | {
    readonly kind: "hello";
    readonly devices: readonly DeviceStatus[];
    readonly platform: Connection;
    /** Present only in the dev role: the dock may be shown. */
    readonly dev: boolean;
  }
  | { readonly kind: "device"; readonly status: DeviceStatus }
  | { readonly kind: "platform"; readonly connection: Connection }
  /** A medium was read; the screen decides whether it wants it now. */
  | { readonly kind: "credential"; readonly credential: Credential }
  /** A code came from the scanner while a payment code was wanted (`POST …/tender` with it). */
  | {
    readonly kind: "payment_code";
    readonly mode: "scan_code" | "citizen_code";
    readonly code: string;
  }
  | { readonly kind: "read_failed"; readonly device: DeviceClass; readonly reason: ReadFailure }
  | { readonly kind: "card_removed" }
  /** A card of a session that is over comes out of a reader that could not give it back before. */
  | { readonly kind: "card_given_back" }
  /** A forgotten card was taken into the bin (吞卡); the slip in the tray has the same number. */
  | { readonly kind: "card_retained"; readonly number: string }
  /** How far the bank card is that is to pay an order. */
  | { readonly kind: "card_payment"; readonly orderId: string; readonly step: CardPaymentStep }
  /** The journal moved an order on (also after a restart), so the screen need not ask. */
  | { readonly kind: "order"; readonly order: OrderView }
  /** An order whose first answer was lost was refused in the end: nothing was begun, nothing paid. */
  | { readonly kind: "order_refused"; readonly id: string; readonly problem: Problem }
  | { readonly kind: "settings"; readonly settings: TerminalSettings }
  /** Dev role only: the dock asks `/dev/state` again (`terminal/dev_contract.ts`). */
  | { readonly kind: "dev_changed" };

/** Nothing of a card or PIN is in it but how many digits were typed. Times are platform milliseconds. */
export type CardPaymentStep =
  | { readonly kind: "waiting_card"; readonly until: number }
  | { readonly kind: "reading" }
  | {
    readonly kind: "pin";
    readonly digits: number;
    readonly until: number;
    /** The card's own data do not ask for a PIN, so a holder without one may go on. */
    readonly skippable: boolean;
  }
  | { readonly kind: "sending" }
  /** `null`: presented to the platform; the order says what came of it. */
  | { readonly kind: "ended"; readonly reason: CardPaymentEnd | null };

export type CardPaymentEnd =
  | "stopped"
  | "timeout"
  | "unreadable"
  | "wrong_way_round"
  | "removed_too_early"
  | "reader_failed"
  | "pad_failed"
  /** The platform refused what was presented before anything was asked of the bank. */
  | "refused";

export type CardPaymentAct = "stop" | "skip_pin" | "other_card";

/** `refused`: the platform is there and takes this terminal no more, till a person sees to it. */
export type Connection = "connected" | "connecting" | "unreachable" | "refused";

export type ReadFailure =
  | "removed_too_early"
  | "unreadable"
  | "wrong_way_round"
  | "timeout"
  /** The reader broke down in the middle; another way to identify is left. */
  | "device_failed";

export interface SettingsReply {
  readonly settings: TerminalSettings;
  /** True while the platform cannot be reached and these are the last known. */
  readonly stale: boolean;
}

export interface FaceRequest {
  /** What the patient came for; null when that was not chosen yet. */
  readonly service: Service | null;
  /** Of the ID number, as `faceCheck` wants it; null where nothing is typed. */
  readonly number: string | null;
}

export type FaceReply = IdentifyReply | NoFace;

export type NoFaceReason =
  /** Nobody stood before the camera, or the patient gave up: not a fault. */
  | "nobody"
  /** Another person than the number that was typed. */
  | "mismatch"
  | "refused"
  | "timeout"
  | "device_failed";

/** Of the page that patients see, in CSS pixels. */
export interface ScreenSize {
  readonly width: number;
  readonly height: number;
}

/** A medium that was read, or a face that the terminal is to read: a screen never has its token. */
export type Shown =
  | { readonly credential: Credential }
  | { readonly face: { readonly number: string | null } };

export type PresentRequest = Shown & {
  readonly identificationId: string;
  readonly service: Service;
};

export type RelativeRequest = Shown & Omit<GiveConsentBody, "id" | "credential">;

export interface NoFace {
  readonly kind: "no_face";
  readonly reason: NoFaceReason;
}

export type NewOrderRequest = Readonly<Omit<CreateOrderBody, "id">>;

/**
 * `view: null`: the platform has not answered yet. The order id is on disk and is asked again by
 * itself, so the screen says so and waits; it never starts a second order for the same thing.
 */
export interface OrderReply {
  readonly id: string;
  readonly view: OrderView | null;
}

/** `view: null`: the platform has not answered yet; it is asked again under the same id. */
export interface RefundReply {
  readonly id: string;
  readonly view: RefundView | null;
}

/** `view: null`: as of a refund. */
export interface DischargeReply {
  readonly id: string;
  readonly view: DischargeView | null;
}

/** `receipt`: paid; `pending`: 正在确认，不要重复支付; `returned`: turned back, nothing kept. */
export type Slip = "receipt" | "pending" | "returned";

export type PrintReply =
  | { readonly kind: "printed" }
  | {
    readonly kind: "not_printed";
    readonly reason: "paper_out" | "cover_open" | "offline" | "error";
  };
