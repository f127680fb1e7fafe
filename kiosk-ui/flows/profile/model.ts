import { createModel, effect, type Model, signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import type { PatientView } from "../../../server/modules/identity/contract.ts";
import type { FlowContext } from "../flow.ts";
import type { KnownReply } from "../identify/model.ts";

export type ProfileStep =
  | { readonly kind: "introducing" }
  | { readonly kind: "entering"; readonly digits: string; readonly wrong: boolean }
  | { readonly kind: "confirming"; readonly digits: string }
  | { readonly kind: "saving"; readonly until: number }
  | { readonly kind: "refused"; readonly code: string };

export interface ProfileFlow {
  readonly step: ReadonlySignal<ProfileStep>;
  start(): void;
  press(digit: string): void;
  erase(): void;
  clear(): void;
  /** To the confirmation, or says that the number is not one. */
  check(): void;
  change(): void;
  save(): Promise<void>;
}

export interface ProfileStart {
  readonly identificationId: string;
  readonly patient: PatientView;
}

export const PHONE_DIGITS = 11;
export const SAVE_MS_MAX = 30_000;

/** Mainland mobile numbers: 1, then 3 to 9. */
const PHONE = /^1[3-9]\d{9}$/;

/** R-IDN-04: name and number come from the ID card, only the phone is typed. */
export const ProfileModel = createModel(
  function profile(
    context: FlowContext,
    start: ProfileStart,
    saved: (reply: KnownReply) => void,
  ): ProfileFlow {
    const step = signal<ProfileStep>({ kind: "introducing" });
    let closed = false;
    effect(() => () => {
      closed = true;
    });

    function edit(change: (digits: string) => string): void {
      if (step.value.kind !== "entering") return;
      step.value = { kind: "entering", digits: change(step.value.digits), wrong: false };
    }

    return {
      step,
      start(): void {
        step.value = { kind: "entering", digits: "", wrong: false };
      },
      press: (digit: string) => edit((digits) => (digits + digit).slice(0, PHONE_DIGITS)),
      erase: () => edit((digits) => digits.slice(0, -1)),
      clear: () => edit(() => ""),
      check(): void {
        if (step.value.kind !== "entering") return;
        const { digits } = step.value;
        step.value = PHONE.test(digits)
          ? { kind: "confirming", digits }
          : { kind: "entering", digits, wrong: true };
      },
      change(): void {
        if (step.value.kind !== "confirming") return;
        step.value = { kind: "entering", digits: step.value.digits, wrong: false };
      },
      async save(): Promise<void> {
        if (step.value.kind !== "confirming") return;
        const { digits } = step.value;
        step.value = { kind: "saving", until: context.now() + SAVE_MS_MAX };
        const answer = await context.port.createProfile(start.identificationId, digits);
        if (closed) return;
        if (!answer.ok) step.value = { kind: "refused", code: answer.code };
        else if (answer.value.kind === "known") saved(answer.value);
        else step.value = { kind: "refused", code: "identity.profile_not_made" };
      },
    };
  },
);

export type ProfileModelInstance = Model<ProfileFlow>;
