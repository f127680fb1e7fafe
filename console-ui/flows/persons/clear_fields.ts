import { type ReadonlySignal, signal } from "@preact/signals";
import type { RevealedPerson } from "../../../server/modules/identity/persons/contract.ts";
import type { Cancel, Timers } from "../../timers.ts";

export type ClearField = keyof RevealedPerson;
type Values = Readonly<Partial<Record<ClearField, string | null>>>;

/** Long enough to copy a number onto a form, short enough for who looks over a shoulder. */
export const CLEAR_MS_MAX = 60_000;

/** What is shown in clear, each for a minute. */
export interface ClearFields {
  readonly values: ReadonlySignal<Values>;
  show(field: ClearField, value: string | null): void;
  hide(field: ClearField): void;
  hideAll(): void;
}

export function clearFields(timers: Timers): ClearFields {
  const values = signal<Values>({});
  const cancels = new Map<ClearField, Cancel>();

  function hide(field: ClearField): void {
    cancels.get(field)?.();
    cancels.delete(field);
    const { [field]: _hidden, ...rest } = values.value;
    values.value = rest;
  }

  return {
    values,
    show(field: ClearField, value: string | null): void {
      cancels.get(field)?.();
      cancels.set(field, timers.after(CLEAR_MS_MAX, () => hide(field)));
      values.value = { ...values.value, [field]: value };
    },
    hide,
    hideAll(): void {
      for (const cancel of cancels.values()) cancel();
      cancels.clear();
      values.value = {};
    },
  };
}
