import { createModel, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type { AccountView } from "../../../server/modules/access/accounts/contract.ts";
import type { GrantView } from "../../../server/modules/access/rights/contract.ts";
import type { Refusal } from "../../api/answer.ts";
import type { Place } from "../../place.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type OrganisationPicker, organisationPicker } from "../organisation_tree/picker.ts";
import { type PagedList, pagedList } from "../paged_list.ts";
import { type Submission, submission } from "../submission.ts";
import { type AccountDeeds, accountDeeds, type AccountDialog } from "./account_deeds.ts";

export type AccountFilter = Readonly<Record<string, string>>;

export type AccountDetail =
  | { readonly kind: "loading"; readonly id: string }
  | { readonly kind: "failed"; readonly id: string; readonly refusal: Refusal }
  | { readonly kind: "shown"; readonly id: string; readonly account: AccountView };

export interface AccountsFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  readonly list: PagedList<AccountView>;
  readonly filter: ReadonlySignal<AccountFilter>;
  /** Null while the list is shown. */
  readonly detail: ReadonlySignal<AccountDetail | null>;
  /** What the shown account holds now. */
  readonly grants: PagedList<GrantView>;
  readonly dialog: ReadonlySignal<AccountDialog | null>;
  readonly sending: Submission;
  readonly picker: OrganisationPicker;
  readonly permissions: ReadonlySignal<ReadonlySet<string>>;
  readonly deeds: AccountDeeds;
  search(filter: AccountFilter): void;
  again(): Promise<void>;
}

export const AccountsModel = createModel(function accounts(context: PageContext): AccountsFlow {
  const { port, go, permissions } = context;
  const filter = signal<AccountFilter>({});
  const detail = signal<AccountDetail | null>(null);
  const dialog = signal<AccountDialog | null>(null);
  const sending = submission();
  const picker = organisationPicker(port);
  const list = pagedList<AccountView>(async (after) => {
    const query = { ...filter.value, ...(after !== null && { after }) };
    const answer = await port.call("GET /accounts", { query });
    if (!answer.ok) return answer;
    return { ok: true, value: { rows: answer.value.accounts, next: answer.value.next } };
  });
  const grants = pagedList<GrantView>(async (after) => {
    const accountId = detail.value?.id ?? "";
    const query = { accountId, state: "active" as const, ...(after !== null && { after }) };
    const answer = await port.call("GET /grants", { query });
    if (!answer.ok) return answer;
    return { ok: true, value: { rows: answer.value.grants, next: answer.value.next } };
  });

  async function load(id: string): Promise<void> {
    detail.value = { kind: "loading", id };
    if (permissions.has("rights.read")) void grants.reload();
    const answer = await port.call("GET /accounts/{id}", { path: { id } });
    if (detail.value?.id !== id) return;
    detail.value = answer.ok
      ? { kind: "shown", id, account: answer.value }
      : { kind: "failed", id, refusal: answer.refusal };
  }

  function changed(account: AccountView): void {
    if (detail.value?.id === account.id) {
      detail.value = { kind: "shown", id: account.id, account };
      if (permissions.has("rights.read")) void grants.reload();
    } else void list.refresh();
  }

  return {
    list,
    filter,
    detail,
    grants,
    dialog,
    sending,
    picker,
    permissions: signal(permissions),
    deeds: accountDeeds({ context, dialog, sending, picker, changed }),
    show({ id, query }: Place): void {
      if (id !== null) {
        if (detail.value?.id !== id) void load(id);
        return;
      }
      detail.value = null;
      filter.value = query;
      void list.reload();
    },
    search: (wanted: AccountFilter) => go({ section: "accounts", query: wanted }),
    async again(): Promise<void> {
      if (detail.value) await load(detail.value.id);
    },
  };
});

export type AccountsModelInstance = Model<AccountsFlow>;
