import { createModel, effect, type Model, signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import type {
  Relation,
  Relatives,
  RelativeView,
} from "../../../server/modules/insurance/relatives/contract.ts";
import type { TerminalEvent } from "../../../terminal/contract.ts";
import type { FlowContext, PatientSession } from "../flow.ts";
import type { OrderChange } from "../order/step.ts";
import { IdentifyModel, type IdentifyModelInstance } from "../identify/model.ts";

export const LOAD_MS_MAX = 30_000;
export const RELATIVES_PER_PAGE = 4;

/** Of the words in `ZH.relatives.notice`: changes with them. */
export const NOTICE_VERSION = "kiosk-1";

/** What the patient may choose from; the platform takes up to a year. */
export const CONSENT_DAYS = [1, 30, 365] as const;

export type ConsentDays = (typeof CONSENT_DAYS)[number];

export type RelativesStep =
  /** What can be otherwise about the order; relatives are one of it. */
  | { readonly kind: "ways" }
  | { readonly kind: "loading"; readonly until: number }
  | RelativesListStep
  | { readonly kind: "notice" }
  | { readonly kind: "relation" }
  | { readonly kind: "days"; readonly relation: Relation }
  | {
    readonly kind: "medium";
    readonly relation: Relation;
    readonly days: ConsentDays;
    readonly identify: IdentifyModelInstance;
  }
  | { readonly kind: "withdraw"; readonly relative: RelativeView; readonly list: RelativesListStep }
  | { readonly kind: "refused"; readonly code: string };

export interface RelativesListStep {
  readonly kind: "list";
  readonly relatives: Relatives["relatives"];
  readonly page: number;
}

export interface RelativesFlow {
  readonly step: ReadonlySignal<RelativesStep>;
  load(): Promise<void>;
  change(change: OrderChange): void;
  receive(event: TerminalEvent): void;
  turnTo(page: number): void;
  choose(relative: RelativeView): void;
  /** To a consent of somebody who is not in the list. */
  add(): void;
  /** The notice was read by both. */
  agree(): void;
  isOf(relation: Relation): void;
  holds(days: ConsentDays): void;
  /** Asks before a consent is taken back. */
  askWithdraw(relative: RelativeView): void;
  withdraw(): Promise<void>;
  /** False where there is nothing to go back to inside. */
  back(): boolean;
}

/** Whose account pays too (R-PAY-03): one that has agreed before, or a new consent. */
export const RelativesModel = createModel(
  function relatives(
    context: FlowContext,
    { identificationId }: PatientSession,
    changed: (change: OrderChange) => void,
  ): RelativesFlow {
    const step = signal<RelativesStep>({ kind: "ways" });
    let closed = false;

    effect(() => () => {
      closed = true;
      endMedium();
    });

    function loading(): RelativesStep {
      return { kind: "loading", until: context.now() + LOAD_MS_MAX };
    }

    function lend(payer: RelativeView): void {
      changed({ kind: "payer", payer });
    }

    function endMedium(): void {
      const shown = step.peek();
      if (shown.kind === "medium") shown.identify[Symbol.dispose]();
    }

    function go(next: RelativesStep): void {
      const last = step.peek();
      step.value = next;
      if (last.kind === "medium") last.identify[Symbol.dispose]();
    }

    async function load(): Promise<void> {
      go(loading());
      const answer = await context.port.relatives(identificationId);
      if (closed) return;
      if (!answer.ok) go({ kind: "refused", code: answer.code });
      else if (answer.value.relatives.length === 0) go({ kind: "notice" });
      else go({ kind: "list", relatives: answer.value.relatives, page: 0 });
    }

    function showMedium(relation: Relation, days: ConsentDays): void {
      const identify = new IdentifyModel(context, "pay", {
        async show(asked) {
          const answer = await context.port.giveConsent({
            ...asked,
            identificationId,
            relation,
            days,
            noticeVersion: NOTICE_VERSION,
          });
          if (!answer.ok) return answer;
          const given = answer.value;
          return { ok: true, value: "kind" in given ? given : () => lend(given) };
        },
      });
      go({ kind: "medium", relation, days, identify });
    }

    return {
      step,
      load,
      receive(event: TerminalEvent): void {
        const shown = step.value;
        if (shown.kind === "medium") shown.identify.receive(event);
      },
      turnTo(page: number): void {
        const shown = step.value;
        if (shown.kind === "list") go({ ...shown, page });
      },
      change: (change: OrderChange) => changed(change),
      choose: (relative: RelativeView) => lend(relative),
      add: () => go({ kind: "notice" }),
      agree: () => go({ kind: "relation" }),
      isOf: (relation: Relation) => go({ kind: "days", relation }),
      holds(days: ConsentDays): void {
        const shown = step.value;
        if (shown.kind === "days") showMedium(shown.relation, days);
      },
      askWithdraw(relative: RelativeView): void {
        const shown = step.value;
        if (shown.kind === "list") go({ kind: "withdraw", relative, list: shown });
      },
      async withdraw(): Promise<void> {
        const shown = step.value;
        if (shown.kind !== "withdraw") return;
        go(loading());
        const { consentId } = shown.relative;
        const answer = await context.port.withdrawConsent(consentId, identificationId);
        if (closed) return;
        if (answer.ok) await load();
        else go({ kind: "refused", code: answer.code });
      },
      back(): boolean {
        const shown = step.value;
        switch (shown.kind) {
          case "list":
          case "notice":
          case "loading":
          case "refused":
            go({ kind: "ways" });
            return true;
          case "relation":
            go({ kind: "notice" });
            return true;
          case "days":
            go({ kind: "relation" });
            return true;
          case "medium":
            if (shown.identify.step.value.kind !== "waiting") shown.identify.again();
            else go({ kind: "days", relation: shown.relation });
            return true;
          case "withdraw":
            go(shown.list);
            return true;
          case "ways":
            return false;
        }
      },
    };
  },
);

export type RelativesModelInstance = Model<RelativesFlow>;
