import type { JSX } from "preact";
import type { AccountView } from "../../../server/modules/access/accounts/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { Button } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import { type Column, PagedTable } from "../../ui/PagedTable.tsx";
import { SelectField } from "../../ui/SelectField.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { AccountDetailScreen } from "./AccountDetailScreen.tsx";
import { AccountDialogs } from "./AccountDialogs.tsx";
import { AccountState } from "./AccountState.tsx";
import type { AccountsModelInstance } from "./model.ts";

const WORDS = ZH.accounts;

const COLUMNS: readonly Column<AccountView>[] = [
  {
    title: WORDS.columns.login,
    role: "head",
    class: "moment",
    cell: ({ id, login }) => <Link to={{ section: "accounts", id }}>{login}</Link>,
  },
  { title: WORDS.columns.name, cell: ({ name }) => <Name>{name}</Name> },
  {
    title: WORDS.columns.organisation,
    cell: ({ organisation }) => <Name>{organisation.name}</Name>,
  },
  {
    title: WORDS.columns.duty,
    class: "moment",
    cell: ({ duty, kind }) => kind === "program" ? WORDS.kind.program : ZH.duty[duty],
  },
  { title: WORDS.columns.state, cell: (account) => <AccountState account={account} /> },
  {
    title: WORDS.columns.lastUsedAt,
    class: "moment",
    cell: ({ lastUsedAt }) => lastUsedAt === null ? WORDS.never : momentText(lastUsedAt),
  },
];

export function AccountsScreen({ flow }: { readonly flow: AccountsModelInstance }): JSX.Element {
  const detail = flow.detail.value;
  return (
    <>
      {detail === null
        ? <AccountList flow={flow} />
        : <AccountDetailScreen flow={flow} detail={detail} />}
      {flow.dialog.value && <AccountDialogs flow={flow} dialog={flow.dialog.value} />}
    </>
  );
}

function AccountList({ flow }: { readonly flow: AccountsModelInstance }): JSX.Element {
  const filter = flow.filter.value;
  const add = (
    <Button
      appearance="primary"
      onClick={() => flow.deeds.openCreate()}
      data-testid="add-account"
    >
      {WORDS.add}
    </Button>
  );
  return (
    <Page
      title={WORDS.title}
      testId="accounts"
      actions={flow.permissions.value.has("account.change") && add}
    >
      <FilterBar key={JSON.stringify(filter)} onSearch={(fields) => flow.search(fields)}>
        <TextField name="login" label={WORDS.filter.login} value={filter["login"] ?? ""} />
        <SelectField
          name="duty"
          label={WORDS.filter.duty}
          value={filter["duty"] ?? ""}
          choices={[["", WORDS.filter.all], ...Object.entries(ZH.duty)]}
        />
        <SelectField
          name="state"
          label={WORDS.filter.state}
          value={filter["state"] ?? ""}
          choices={[["", WORDS.filter.all], ...Object.entries(WORDS.state)]}
        />
      </FilterBar>
      <PagedTable
        list={flow.list}
        caption={WORDS.title}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        testId="accounts-table"
      />
    </Page>
  );
}
