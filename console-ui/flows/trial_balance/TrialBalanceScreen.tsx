import type { JSX } from "preact";
import type { TrialBalanceReply } from "../../../server/modules/ledger/contract.ts";
import { yuanText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { Button } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Page } from "../../ui/Page.tsx";
import type { Column } from "../../ui/PagedTable.tsx";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { saveFile } from "../../ui/save_file.ts";
import { TableFrame } from "../../ui/TableFrame.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { OrganisationField } from "../organisation_tree/OrganisationField.tsx";
import { AccountPostings, accountText } from "./AccountPostings.tsx";
import type { TrialBalanceModelInstance } from "./model.ts";

type Row = TrialBalanceReply["accounts"][number];

const WORDS = ZH.trialBalance;
const NONE = {
  title: WORDS.none,
  isEmpty: ({ accounts }: TrialBalanceReply) => accounts.length === 0,
};

function accountColumn(flow: TrialBalanceModelInstance): Column<Row> {
  return {
    title: WORDS.columns.account,
    role: "head",
    cell: ({ account }) =>
      account === WORDS.total
        ? account
        : (
          <Link to={{ section: "trial-balance", query: { ...flow.filter.value, account } }}>
            {accountText(account)}
          </Link>
        ),
  };
}

const COLUMNS: readonly Column<Row>[] = [
  {
    title: WORDS.columns.opening,
    class: "amount",
    cell: ({ openingFen }) => yuanText(openingFen),
  },
  { title: WORDS.columns.debit, class: "amount", cell: ({ debitFen }) => yuanText(debitFen) },
  { title: WORDS.columns.credit, class: "amount", cell: ({ creditFen }) => yuanText(creditFen) },
  {
    title: WORDS.columns.balance,
    class: "amount",
    cell: ({ balanceFen }) => yuanText(balanceFen),
  },
];

interface TrialBalanceScreenProps {
  readonly flow: TrialBalanceModelInstance;
}

export function TrialBalanceScreen({ flow }: TrialBalanceScreenProps): JSX.Element {
  const account = flow.account.value;
  return account === null
    ? <Balance flow={flow} />
    : <AccountPostings flow={flow} account={account} />;
}

function Balance({ flow }: TrialBalanceScreenProps): JSX.Element {
  const filter = flow.filter.value;
  const { exporting } = flow;
  async function save(): Promise<void> {
    const csv = await flow.exportFile();
    if (csv !== null) saveFile(WORDS.fileName, new Blob([csv], { type: "text/csv" }));
  }
  return (
    <Page
      title={WORDS.title}
      lead={WORDS.lead}
      testId="trial-balance"
      actions={
        <Button
          loading={exporting.busy.value}
          onClick={() => void save()}
          data-testid="trial-balance-csv"
        >
          {WORDS.csv}
        </Button>
      }
    >
      <RefusalNote refusal={exporting.refusal.value} />
      <FilterBar key={JSON.stringify(filter)} onSearch={(fields) => flow.search(fields)}>
        <TextField name="day" type="date" label={WORDS.day} value={filter["day"] ?? ""} />
        {flow.mayPick() && <OrganisationField picker={flow.picker} label={WORDS.organisation} />}
      </FilterBar>
      <LoadedBox of={flow.balance} none={NONE}>
        {({ organisation, day: shown, closed, accounts, total }) => (
          <section class="listing">
            <p class="listing-note">{WORDS.of(organisation.name, shown, closed)}</p>
            <TableFrame
              caption={WORDS.title}
              columns={[accountColumn(flow), ...COLUMNS]}
              rows={[...accounts, { ...total, account: WORDS.total }]}
              rowKey={({ account }) => account}
            />
          </section>
        )}
      </LoadedBox>
    </Page>
  );
}
