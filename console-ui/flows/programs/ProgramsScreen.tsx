import type { JSX } from "preact";
import type { AccountView } from "../../../server/modules/access/accounts/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Link } from "../../ui/Link.tsx";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import { type Column, PagedTable } from "../../ui/PagedTable.tsx";
import { AccountState } from "../accounts/AccountState.tsx";
import type { ProgramsModelInstance } from "./model.ts";
import { ProgramDialogs } from "./ProgramDialogs.tsx";
import { ProgramKeysScreen } from "./ProgramKeysScreen.tsx";

const WORDS = ZH.programs;

const COLUMNS: readonly Column<AccountView>[] = [
  {
    title: WORDS.columns.login,
    role: "head",
    cell: ({ id, login }) => <Link to={{ section: "programs", id }}>{login}</Link>,
  },
  { title: WORDS.columns.name, cell: ({ name }) => <Name>{name}</Name> },
  {
    title: WORDS.columns.organisation,
    cell: ({ organisation }) => <Name>{organisation.name}</Name>,
  },
  { title: WORDS.columns.state, cell: (account) => <AccountState account={account} /> },
  {
    title: WORDS.columns.lastUsedAt,
    class: "moment",
    cell: ({ lastUsedAt }) => lastUsedAt === null ? WORDS.never : momentText(lastUsedAt),
  },
];

export function ProgramsScreen({ flow }: { readonly flow: ProgramsModelInstance }): JSX.Element {
  if (flow.accountId.value === null) {
    return (
      <Page title={WORDS.title} lead={WORDS.lead} testId="programs">
        <PagedTable
          list={flow.list}
          caption={WORDS.title}
          columns={COLUMNS}
          rowKey={({ id }) => id}
          none={WORDS.none}
          testId="programs-table"
        />
      </Page>
    );
  }
  return (
    <>
      <ProgramKeysScreen flow={flow} />
      {flow.dialog.value && <ProgramDialogs flow={flow} dialog={flow.dialog.value} />}
    </>
  );
}
