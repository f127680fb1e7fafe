import { createModel, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type { TrialBalanceReply } from "../../../server/modules/ledger/contract.ts";
import type { Place } from "../../place.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type Loaded, loaded } from "../loaded.ts";

export interface TrialBalanceFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  /** `yyyy-MM-dd`; empty for today. */
  readonly day: ReadonlySignal<string>;
  readonly balance: Loaded<TrialBalanceReply>;
  search(fields: Readonly<Record<string, string>>): void;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Every account of what the caller sees, on one day. */
export const TrialBalanceModel = createModel(
  function trialBalance({ port, go }: PageContext): TrialBalanceFlow {
    const day = signal("");
    const balance = loaded(() =>
      port.call("GET /ledger/trial-balance", {
        query: day.value === "" ? {} : { day: day.value },
      })
    );
    return {
      day,
      balance,
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
