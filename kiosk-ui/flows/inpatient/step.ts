import type { DischargeView, InpatientView } from "../../../server/modules/inpatient/contract.ts";
import type { SlipState } from "../order/step.ts";

export type Stay = NonNullable<InpatientView["account"]>;

export type DepositAmount = { readonly choice: string } | { readonly typedFen: string };

export type InpatientStep =
  | { readonly kind: "loading"; readonly until: number }
  /** HIS knows of no stay. */
  | { readonly kind: "none" }
  | { readonly kind: "stay"; readonly stay: Stay }
  | TypingStep
  | { readonly kind: "confirm"; readonly stay: Stay }
  | {
    readonly kind: "returning";
    readonly view: DischargeView | null;
    readonly until: number;
  }
  /** Over, or goes on without the patient. */
  | { readonly kind: "ended"; readonly view: DischargeView | null; readonly slip: SlipState }
  | { readonly kind: "refused"; readonly code: string };

export interface TypingStep {
  readonly kind: "typing";
  readonly stay: Stay;
  /** Whole yuan as typed. */
  readonly digits: string;
  /** It is outside of what HIS takes. */
  readonly isOutside: boolean;
}
