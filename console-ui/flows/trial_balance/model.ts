import { createModel, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type { TrialBalanceReply } from "../../../server/modules/ledger/contract.ts";
import type { Place } from "../../place.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type Loaded, loaded } from "../loaded.ts";
import { type Submission, submission } from "../submission.ts";

export interface TrialBalanceFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  /** `yyyy-MM-dd`; empty for today. */
  readonly day: ReadonlySignal<string>;
  readonly balance: Loaded<TrialBalanceReply>;
  readonly exporting: Submission;
  /** The same by institution, as CSV; null when it was refused. */
  exportFile(): Promise<string | null>;
  search(fields: Readonly<Record<string, string>>): void;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Every account of what the caller sees, on one day. */
export const TrialBalanceModel = createModel(
  function trialBalance({ port, go }: PageContext): TrialBalanceFlow {
    const day = signal("");
    const exporting = submission();
    const asked = () => ({ query: day.value === "" ? {} : { day: day.value } });
    const balance = loaded(() => port.call("GET /ledger/trial-balance", asked()));
    return {
      day,
      balance,
      exporting,
      async exportFile(): Promise<string | null> {
        const done = await exporting.send(() =>
          port.call("GET /ledger/trial-balance/export", asked())
        );
        return done ? done.value : null;
      },
      search: (fields) => go({ section: "trial-balance", query: { day: fields["day"] ?? "" } }),
      show({ query }: Place): void {
        const wanted = query["day"] ?? "";
        day.value = DAY.test(wanted) ? wanted : "";
        void balance.reload();
      },
    };
  },
);

export type TrialBalanceModelInstance = Model<TrialBalanceFlow>;
