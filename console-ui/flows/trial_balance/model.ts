import { createModel, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type { PostingPage, TrialBalanceReply } from "../../../server/modules/ledger/contract.ts";
import type { Place } from "../../place.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type Loaded, loaded } from "../loaded.ts";
import { type OrganisationPicker, organisationPicker } from "../organisation_tree/picker.ts";
import { type PagedList, pagedList } from "../paged_list.ts";
import { type Submission, submission } from "../submission.ts";

export type PostingLine = PostingPage["postings"][number];

export interface TrialBalanceFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  /** Of the address: `day` (`yyyy-MM-dd`, today when absent), `organisationId`, `account`. */
  readonly filter: ReadonlySignal<Readonly<Record<string, string>>>;
  /** For who may see the tree. */
  readonly picker: OrganisationPicker;
  readonly balance: Loaded<TrialBalanceReply>;
  /** Whose postings are shown; null while all accounts are. */
  readonly account: ReadonlySignal<string | null>;
  readonly postings: PagedList<PostingLine>;
  readonly exporting: Submission;
  mayPick(): boolean;
  maySeeOrders(): boolean;
  /** The same by institution, as CSV; null when it was refused. */
  exportFile(): Promise<string | null>;
  search(fields: Readonly<Record<string, string>>): void;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Every account of what the caller sees, on one day; and the postings of one of them. */
export const TrialBalanceModel = createModel(
  function trialBalance({ port, go, permissions }: PageContext): TrialBalanceFlow {
    const filter = signal<Readonly<Record<string, string>>>({});
    const account = signal<string | null>(null);
    const exporting = submission();
    const asked = () => ({ query: queryOf(filter.value) });
    const balance = loaded(() => port.call("GET /ledger/trial-balance", asked()));
    const postings = pagedList<PostingLine>(async (cursor) => {
      const query = {
        ...asked().query,
        ...(account.value !== null && { account: account.value }),
        ...(cursor !== null && { cursor }),
      };
      const answer = await port.call("GET /ledger/postings", { query });
      if (!answer.ok) return answer;
      return { ok: true, value: { rows: answer.value.postings, next: answer.value.next } };
    });
    return {
      filter,
      picker: organisationPicker(port),
      balance,
      account,
      postings,
      exporting,
      mayPick: () => permissions.has("organisation.read"),
      maySeeOrders: () => permissions.has("order.read"),
      async exportFile(): Promise<string | null> {
        const done = await exporting.send(() =>
          port.call("GET /ledger/trial-balance/export", asked())
        );
        return done ? done.value : null;
      },
      search: (fields) => go({ section: "trial-balance", query: fields }),
      show({ query }: Place): void {
        filter.value = query;
        account.value = query["account"] ?? null;
        void (account.value === null ? balance.reload() : postings.reload());
      },
    };
  },
);

function queryOf({ day, organisationId }: Readonly<Record<string, string>>) {
  return {
    ...(day !== undefined && DAY.test(day) && { day }),
    ...(organisationId !== undefined && { organisationId }),
  };
}

export type TrialBalanceModelInstance = Model<TrialBalanceFlow>;
