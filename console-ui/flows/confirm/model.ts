import { createModel, effect, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type { SessionInfo } from "../../../server/modules/access/sign_in/contract.ts";
import type { Refusal } from "../../api/answer.ts";
import type { FlowContext } from "../context.ts";
import {
  type FactorChoice,
  optionsOf,
  proofOf,
  type SecondFactor,
} from "../second_factor/factor.ts";

export type ConfirmStep =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly refusal: Refusal }
  | {
    readonly kind: "asking";
    /** Null where the account has no second factor. */
    readonly choice: FactorChoice | null;
    readonly busy: boolean;
    readonly refusal: Refusal | null;
  };

export interface ConfirmFlow {
  readonly step: ReadonlySignal<ConfirmStep>;
  start(): Promise<void>;
  choose(factor: SecondFactor): Promise<void>;
  confirm(password: string, code: string): Promise<void>;
  cancel(): void;
}

interface ConfirmDeps extends Pick<FlowContext, "port"> {
  /** The session goes on under a new token; null when it was given up. */
  readonly ended: (session: SessionInfo | null) => void;
}

/** Password and second factor once more, before a dangerous action. */
export const ConfirmModel = createModel(
  function confirm({ port, ended }: ConfirmDeps): ConfirmFlow {
    const step = signal<ConfirmStep>({ kind: "loading" });
    let closed = false;
    effect(() => () => {
      closed = true;
    });

    async function choose(options: readonly SecondFactor[], chosen: SecondFactor): Promise<void> {
      const choice = { options, chosen, challenge: null };
      step.value = { kind: "asking", choice, busy: false, refusal: null };
      if (chosen !== "certificate") return;
      const answer = await port.call("POST /session/certificate-challenge", {});
      const asked = step.value;
      if (closed || asked.kind !== "asking" || asked.choice !== choice) return;
      step.value = answer.ok
        ? { ...asked, choice: { ...choice, challenge: answer.value } }
        : { ...asked, refusal: answer.refusal };
    }

    return {
      step,
      async start(): Promise<void> {
        step.value = { kind: "loading" };
        const answer = await port.call("GET /own/second-factor", {});
        if (closed) return;
        if (!answer.ok) {
          step.value = { kind: "failed", refusal: answer.refusal };
          return;
        }
        const options = optionsOf(answer.value);
        if (options[0]) await choose(options, options[0]);
        else step.value = { kind: "asking", choice: null, busy: false, refusal: null };
      },
      async choose(factor: SecondFactor): Promise<void> {
        if (step.value.kind !== "asking" || !step.value.choice) return;
        await choose(step.value.choice.options, factor);
      },
      async confirm(password: string, code: string): Promise<void> {
        const asked = step.value;
        if (asked.kind !== "asking" || asked.busy) return;
        const factor = asked.choice && proofOf(asked.choice, code);
        if (asked.choice && !factor) return;
        step.value = { ...asked, busy: true, refusal: null };
        const body = { password, ...(factor && { factor }) };
        const answer = await port.call("POST /session/confirm", { body });
        if (closed) return;
        if (answer.ok) ended(answer.value);
        else step.value = { ...asked, busy: false, refusal: answer.refusal };
      },
      cancel: () => ended(null),
    };
  },
);

export type ConfirmModelInstance = Model<ConfirmFlow>;
