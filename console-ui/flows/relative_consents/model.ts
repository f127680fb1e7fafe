import { createModel, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type {
  ConsentState,
  RelativeConsent,
} from "../../../server/modules/insurance/relatives/console/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import type { Place } from "../../place.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type PagedList, pagedList } from "../paged_list.ts";
import { type Submission, submission } from "../submission.ts";

export interface RelativeConsentsFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  readonly list: PagedList<RelativeConsent>;
  /** Of the patient or the relative looked for; kept here alone, and in no address. */
  readonly idNumber: ReadonlySignal<string>;
  readonly state: ReadonlySignal<ConsentState | null>;
  /** Whose withdrawing is asked about. */
  readonly asked: ReadonlySignal<RelativeConsent | null>;
  readonly sending: Submission;
  mayWithdraw(): boolean;
  search(fields: Readonly<Record<string, string>>): void;
  ask(consent: RelativeConsent): void;
  close(): void;
  withdraw(reason: string): Promise<void>;
}

const SECTION = "relative-consents";
const STATES: Readonly<Record<ConsentState, string>> = ZH.relativeConsents.state;

export const RelativeConsentsModel = createModel(
  function relativeConsents(context: PageContext): RelativeConsentsFlow {
    const { port, go, permissions, notify } = context;
    const idNumber = signal("");
    const state = signal<ConsentState | null>(null);
    const asked = signal<RelativeConsent | null>(null);
    const sending = submission();
    const list = pagedList<RelativeConsent>(async (after) => {
      const body = {
        ...(idNumber.value !== "" && { idNumber: idNumber.value }),
        ...(state.value !== null && { state: state.value }),
        ...(after !== null && { after }),
      };
      const answer = await port.call("POST /relative-consents/search", { body });
      if (!answer.ok) return answer;
      return { ok: true, value: { rows: answer.value.consents, next: answer.value.next } };
    });

    function close(): void {
      asked.value = null;
      sending.clear();
    }

    return {
      list,
      idNumber,
      state,
      asked,
      sending,
      mayWithdraw: () => permissions.has("relative.withdraw"),
      show({ query }: Place): void {
        const wanted = query["state"];
        state.value = isState(wanted) ? wanted : null;
        void list.reload();
      },
      search({ idNumber: number = "", ...rest }: Readonly<Record<string, string>>): void {
        idNumber.value = number.trim().toUpperCase();
        go({ section: SECTION, query: rest });
      },
      ask(consent: RelativeConsent): void {
        sending.clear();
        asked.value = consent;
      },
      close,
      async withdraw(reason: string): Promise<void> {
        const consent = asked.value;
        if (consent === null) return;
        const request = { path: { id: consent.id }, body: { reason } };
        const done = await sending.send(() =>
          port.call("POST /relative-consents/{id}/withdraw", request)
        );
        void list.refresh();
        if (!done) return;
        close();
        notify(ZH.relativeConsents.withdrawn);
      },
    };
  },
);

export type RelativeConsentsModelInstance = Model<RelativeConsentsFlow>;

function isState(text: string | undefined): text is ConsentState {
  return text !== undefined && text in STATES;
}
