import { createModel, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type {
  EnrolmentsReply,
  EnrolmentToApproveView,
} from "../../../server/modules/fleet/console/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type PagedList, pagedList } from "../paged_list.ts";
import { type Submission, submission } from "../submission.ts";

export type WaitingEnrolment = EnrolmentsReply["enrolments"][number];

export interface EnrolmentsFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  readonly waiting: PagedList<WaitingEnrolment>;
  /** What has to be compared with the terminal; null while a code is asked for. */
  readonly found: ReadonlySignal<EnrolmentToApproveView | null>;
  readonly sending: Submission;
  find(code: string): Promise<void>;
  approve(): Promise<void>;
  giveUp(): void;
}

/** Nothing waits under the code any more: another one has to be typed. */
const OVER: ReadonlySet<string> = new Set([
  "fleet.enrolment_over",
  "fleet.no_such_code",
  "fleet.not_unique",
]);

export const EnrolmentsModel = createModel(
  function terminalEnrolments({ port, notify, go }: PageContext): EnrolmentsFlow {
    const found = signal<EnrolmentToApproveView | null>(null);
    const sending = submission();
    const waiting = pagedList<WaitingEnrolment>(async () => {
      const answer = await port.call("GET /terminal-enrolments", {});
      if (!answer.ok) return answer;
      return { ok: true, value: { rows: answer.value.enrolments, next: null } };
    });
    /** Stays here: whoever knows it and may approve could bind a key. */
    let typed = "";

    return {
      waiting,
      found,
      sending,
      show(): void {
        void waiting.reload();
      },
      async find(code: string): Promise<void> {
        const done = await sending.send(() =>
          port.call("POST /terminal-enrolments/find", { body: { code } })
        );
        if (!done) return;
        typed = code;
        found.value = done.value;
      },
      async approve(): Promise<void> {
        const enrolment = found.value;
        if (!enrolment) return;
        const body = { id: enrolment.id, code: typed };
        const done = await sending.send(() =>
          port.call("POST /terminal-enrolments/approve", { body })
        );
        if (done) {
          notify(ZH.enrolments.approved(done.value.number));
          return go({ section: "terminals", id: done.value.id });
        }
        if (!OVER.has(sending.refusal.value?.code ?? "")) return;
        found.value = null;
        void waiting.refresh();
      },
      giveUp(): void {
        found.value = null;
        typed = "";
        sending.clear();
      },
    };
  },
);

export type EnrolmentsModelInstance = Model<EnrolmentsFlow>;
