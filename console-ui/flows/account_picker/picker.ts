import { type ReadonlySignal, signal } from "@preact/signals";
import type { AccountView } from "../../../server/modules/access/accounts/contract.ts";
import type { Answer } from "../../api/answer.ts";
import { type Page, type PagedList, pagedList } from "../paged_list.ts";

export interface ChosenAccount {
  readonly id: string;
  readonly login: string;
  readonly duty: AccountView["duty"];
}

/** A field of a form whose value is an account. */
export interface AccountPicker {
  readonly list: PagedList<ChosenAccount>;
  readonly chosen: ReadonlySignal<ChosenAccount | null>;
  readonly isOpen: ReadonlySignal<boolean>;
  open(): void;
  close(): void;
  /** By how the login begins. */
  find(login: string): void;
  choose(account: ChosenAccount | null): void;
}

export interface AccountsAsked {
  readonly login?: string;
  readonly after?: string;
}

/** Letters that no login has find nothing, rather than being refused. */
const NOT_OF_LOGINS = /[^a-z0-9._-]/g;

export function accountPicker(
  load: (asked: AccountsAsked) => Promise<Answer<Page<ChosenAccount>>>,
): AccountPicker {
  const chosen = signal<ChosenAccount | null>(null);
  const isOpen = signal(false);
  let login = "";
  const list = pagedList<ChosenAccount>((after) =>
    load({ ...(login !== "" && { login }), ...(after !== null && { after }) })
  );
  return {
    list,
    chosen,
    isOpen,
    open(): void {
      login = "";
      isOpen.value = true;
      void list.reload();
    },
    close(): void {
      isOpen.value = false;
    },
    find(text: string): void {
      login = text.toLowerCase().replace(NOT_OF_LOGINS, "");
      void list.reload();
    },
    choose(account: ChosenAccount | null): void {
      chosen.value = account;
      isOpen.value = false;
    },
  };
}
