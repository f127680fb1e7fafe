import type { JSX } from "preact";
import { momentText, yuanText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { Link } from "../../ui/Link.tsx";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import { type Column, PagedTable } from "../../ui/PagedTable.tsx";
import { SelectField } from "../../ui/SelectField.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { OrganisationField } from "../organisation_tree/OrganisationField.tsx";
import type { RefundLine, RefundsModelInstance } from "./model.ts";
import { NewRefundScreen } from "./NewRefundScreen.tsx";
import { askerText, RefundScreen } from "./RefundScreen.tsx";
import { RefundState } from "./RefundState.tsx";

const WORDS = ZH.refunds;

interface RefundsScreenProps {
  readonly flow: RefundsModelInstance;
}

export function RefundsScreen({ flow }: RefundsScreenProps): JSX.Element {
  if (flow.shownId.value === "new") return <NewRefundScreen flow={flow.newRefund} />;
  return flow.shownId.value === null ? <List flow={flow} /> : <RefundScreen flow={flow} />;
}

function List({ flow }: RefundsScreenProps): JSX.Element {
  const filter = flow.filter.value;
  return (
    <Page
      title={WORDS.title}
      lead={WORDS.lead}
      testId="refunds"
      actions={flow.may("refund.request") && (
        <Link
          to={{ section: "refunds", id: "new" }}
          class="rs-btn rs-btn-primary"
          testId="new-refund"
        >
          {WORDS.start}
        </Link>
      )}
    >
      <FilterBar key={JSON.stringify(filter)} onSearch={(fields) => flow.search(fields)}>
        <SelectField
          name="state"
          label={WORDS.filter.state}
          value={filter["state"] ?? ""}
          choices={[["", WORDS.filter.all], ...Object.entries(WORDS.state)]}
        />
        <TextField
          name="hours"
          label={WORDS.filter.hours}
          value={filter["hours"] ?? ""}
          type="number"
        />
        {flow.may("organisation.read") && (
          <OrganisationField picker={flow.picker} label={WORDS.filter.organisation} />
        )}
      </FilterBar>
      <PagedTable
        list={flow.list}
        caption={WORDS.title}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        none={WORDS.none}
        testId="refunds-table"
      />
    </Page>
  );
}

const COLUMNS: readonly Column<RefundLine>[] = [
  {
    title: WORDS.columns.at,
    role: "head",
    class: "moment",
    cell: ({ id, askedAt }) => <Link to={{ section: "refunds", id }}>{momentText(askedAt)}</Link>,
  },
  { title: WORDS.columns.order, cell: ({ orderNumber }) => orderNumber },
  {
    title: WORDS.columns.institution,
    cell: ({ institutionName }) => <Name>{institutionName}</Name>,
  },
  { title: WORDS.columns.value, class: "amount", cell: ({ valueFen }) => yuanText(valueFen) },
  { title: WORDS.columns.why, cell: ({ why }) => WORDS.why[why] },
  {
    title: WORDS.columns.by,
    cell: ({ askedBy, askedByName }) => <Name>{askerText(askedBy, askedByName)}</Name>,
  },
  { title: WORDS.columns.state, cell: ({ state }) => <RefundState state={state} /> },
];
