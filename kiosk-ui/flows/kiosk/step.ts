import type { Schedule, Slot } from "../../../server/modules/registration/contract.ts";
import type { PatientView } from "../../../server/modules/identity/contract.ts";
import type { Service } from "../../../server/modules/settings/contract.ts";
import type { NewOrderRequest } from "../../../terminal/contract.ts";
import type { BillsModelInstance } from "../bills/model.ts";
import type { PatientSession } from "../flow.ts";
import type { IdentifyModelInstance } from "../identify/model.ts";
import type { InpatientModelInstance } from "../inpatient/model.ts";
import type { OrderModelInstance } from "../order/model.ts";
import type { ProfileModelInstance } from "../profile/model.ts";
import type { RelativeView } from "../../../server/modules/insurance/relatives/contract.ts";
import type { RelativesModelInstance } from "../relatives/model.ts";
import type { RefundModelInstance } from "../refund/model.ts";
import type { RegisterModelInstance } from "../register/model.ts";

/** What the order is for, as the patient chose it; shown beside the amounts. */
export type OrderSummary =
  | { readonly kind: "bills"; readonly count: number }
  | { readonly kind: "registration"; readonly schedule: Schedule; readonly slot: Slot }
  | { readonly kind: "deposit"; readonly place: string };

/** What is ordered, so that it can be begun anew. */
export interface Ordered {
  readonly payable: NewOrderRequest["payable"];
  readonly settlement: NewOrderRequest["settlement"];
  /** Another scheme than the usual one. */
  readonly scheme?: string;
  /** Whose account pays too. */
  readonly payer?: Pick<RelativeView, "consentId" | "maskedName" | "relation">;
  readonly summary: OrderSummary;
}

export interface PresentAgain {
  readonly session: PatientSession;
  /** Null when nothing was ordered yet. */
  readonly ordered: Ordered | null;
  /** The order that goes on once the medium was shown; it lives meanwhile. */
  readonly held?: OrderStage;
  /** Somebody else's medium was shown. */
  readonly isStranger: boolean;
}

export interface OrderStage extends Ordered {
  readonly kind: "order";
  readonly session: PatientSession;
  readonly flow: OrderModelInstance;
}

/** The one screen there is. A flow lives in its step and is gone with it. */
export type KioskStep =
  | { readonly kind: "starting" }
  | { readonly kind: "unreachable"; readonly until: number }
  | { readonly kind: "suspended" }
  | { readonly kind: "attract" }
  | { readonly kind: "home" }
  | {
    readonly kind: "identify";
    readonly service: Service | null;
    readonly flow: IdentifyModelInstance;
    /** The patient who shows another medium in the middle; null for one who comes. */
    readonly again: PresentAgain | null;
  }
  | {
    readonly kind: "profile";
    readonly patient: PatientView;
    readonly flow: ProfileModelInstance;
  }
  /** Insurance cannot be used: says why and asks before going on at own expense. */
  | { readonly kind: "coverage"; readonly session: PatientSession }
  | { readonly kind: "services"; readonly session: PatientSession }
  | {
    readonly kind: "bills";
    readonly session: PatientSession;
    readonly flow: BillsModelInstance;
  }
  | {
    readonly kind: "register";
    readonly session: PatientSession;
    readonly flow: RegisterModelInstance;
  }
  | OrderStage
  | {
    readonly kind: "refund";
    readonly session: PatientSession;
    readonly flow: RefundModelInstance;
  }
  | {
    readonly kind: "inpatient";
    readonly session: PatientSession;
    readonly flow: InpatientModelInstance;
  }
  | {
    readonly kind: "relatives";
    readonly session: PatientSession;
    readonly flow: RelativesModelInstance;
    /** The order it is about; it lives meanwhile. */
    readonly held: OrderStage;
  }
  | { readonly kind: "farewell"; readonly until: number; readonly takeSlip: boolean }
  | { readonly kind: "card_left" }
  | { readonly kind: "card_retained"; readonly number: string; readonly until: number };

export type Overlay =
  | { readonly kind: "none" }
  | { readonly kind: "idle"; readonly endsAt: number }
  | { readonly kind: "card_pulled" }
  | { readonly kind: "leave" }
  | { readonly kind: "staff"; readonly call: StaffCall };

export type StaffCall =
  | { readonly kind: "calling" }
  | { readonly kind: "called"; readonly number: string }
  | { readonly kind: "not_called" };

/** An order that lives on behind another screen. */
export function heldIn(step: KioskStep): OrderStage | null {
  if (step.kind === "relatives") return step.held;
  return step.kind === "identify" ? step.again?.held ?? null : null;
}
