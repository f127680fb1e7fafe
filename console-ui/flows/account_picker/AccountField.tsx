import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { sentFields } from "../../ui/form_data.ts";
import { Button } from "../../ui/library.ts";
import { type Column, PagedTable } from "../../ui/PagedTable.tsx";
import { PickField } from "../../ui/PickField.tsx";
import type { AccountPicker, ChosenAccount } from "./picker.ts";

const WORDS = ZH.accountPick;
const LOGIN_LENGTH_MAX = 32;

interface AccountFieldProps {
  readonly picker: AccountPicker;
  readonly label: string;
}

/** Sent as `accountId`. */
export function AccountField({ picker, label }: AccountFieldProps): JSX.Element {
  const chosen = picker.chosen.value;
  return (
    <PickField
      name="accountId"
      label={label}
      chosen={chosen && { id: chosen.id, name: `${chosen.login}（${ZH.duty[chosen.duty]}）` }}
      isOpen={picker.isOpen.value}
      onOpen={() => picker.open()}
      onClose={() => picker.close()}
    >
      <form
        class="tree-search"
        role="search"
        aria-label={WORDS.login}
        onSubmit={(event) => picker.find(sentFields(event)["login"] ?? "")}
      >
        <input
          type="search"
          name="login"
          class="rs-input"
          aria-label={WORDS.login}
          placeholder={WORDS.login}
          maxLength={LOGIN_LENGTH_MAX}
          data-testid="account-search"
        />
        <Button type="submit">{ZH.action.search}</Button>
      </form>
      <PagedTable
        list={picker.list}
        caption={label}
        columns={columnsFor(picker)}
        rowKey={({ id }) => id}
        testId="accounts-to-pick"
      />
    </PickField>
  );
}

function columnsFor(picker: AccountPicker): readonly Column<ChosenAccount>[] {
  return [
    { title: ZH.accounts.columns.login, role: "head", cell: ({ login }) => login },
    { title: ZH.accounts.columns.duty, cell: ({ duty }) => ZH.duty[duty] },
    {
      title: WORDS.choose,
      class: "actions",
      cell: (account) => (
        <Button
          size="sm"
          onClick={() => picker.choose(account)}
          data-testid={`pick-${account.login}`}
        >
          {WORDS.choose}
        </Button>
      ),
    },
  ];
}
