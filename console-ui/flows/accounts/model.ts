import { createModel, type Model, signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import type { AccountView } from "../../../server/modules/access/accounts/contract.ts";
import type { Place } from "../../place.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type PagedList, pagedList } from "../paged_list.ts";

export type AccountFilter = Readonly<Record<string, string>>;

export interface AccountsFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  readonly list: PagedList<AccountView>;
  readonly filter: ReadonlySignal<AccountFilter>;
  search(filter: AccountFilter): void;
}

export const AccountsModel = createModel(function accounts(context: PageContext): AccountsFlow {
  const { port, go } = context;
  const filter = signal<AccountFilter>({});
  const list = pagedList<AccountView>(async (after) => {
    const query = { ...filter.value, ...(after !== null && { after }) };
    const answer = await port.call("GET /accounts", { query });
    if (!answer.ok) return answer;
    return { ok: true, value: { rows: answer.value.accounts, next: answer.value.next } };
  });

  return {
    list,
    filter,
    show({ query }: Place): void {
      filter.value = query;
      void list.reload();
    },
    search: (wanted: AccountFilter) => go({ section: "accounts", query: wanted }),
  };
});

export type AccountsModelInstance = Model<AccountsFlow>;
