import type { JSX } from "preact";
import type { AccountView } from "../../../server/modules/access/accounts/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { Page } from "../../ui/Page.tsx";
import { type Column, PagedTable } from "../../ui/PagedTable.tsx";
import { SelectField } from "../../ui/SelectField.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { TextField } from "../../ui/TextField.tsx";
import type { AccountsModelInstance } from "./model.ts";

const WORDS = ZH.accounts;

const STATE_TONE = { enabled: "good", disabled: "wait", closed: "still" } as const;

const COLUMNS: readonly Column<AccountView>[] = [
  { title: WORDS.columns.login, role: "head", cell: ({ login }) => login },
  { title: WORDS.columns.name, cell: ({ name }) => name },
  { title: WORDS.columns.organisation, cell: ({ organisation }) => organisation.name },
  {
    title: WORDS.columns.duty,
    cell: ({ duty, kind }) => kind === "program" ? WORDS.kind.program : ZH.duty[duty],
  },
  {
    title: WORDS.columns.state,
    cell: ({ state }) => <Tag tone={STATE_TONE[state]}>{WORDS.state[state]}</Tag>,
  },
  {
    title: WORDS.columns.lastUsedAt,
    class: "moment",
    cell: ({ lastUsedAt }) => lastUsedAt === null ? WORDS.never : momentText(lastUsedAt),
  },
];

export function AccountsScreen({ flow }: { readonly flow: AccountsModelInstance }): JSX.Element {
  const filter = flow.filter.value;
  return (
    <Page title={WORDS.title} testId="accounts">
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
