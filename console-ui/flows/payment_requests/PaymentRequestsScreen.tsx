import type { JSX } from "preact";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { Link } from "../../ui/Link.tsx";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import { type Column, PagedTable } from "../../ui/PagedTable.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { OrganisationField } from "../organisation_tree/OrganisationField.tsx";
import type { PaymentRequestsModelInstance, RequestLine } from "./model.ts";

const WORDS = ZH.paymentRequests;
const NUMBER_LENGTH_MAX = 64;

interface PaymentRequestsScreenProps {
  readonly flow: PaymentRequestsModelInstance;
}

export function PaymentRequestsScreen({ flow }: PaymentRequestsScreenProps): JSX.Element {
  const filter = flow.filter.value;
  return (
    <Page title={WORDS.title} lead={WORDS.lead} testId="payment-requests">
      <FilterBar key={JSON.stringify(filter)} onSearch={(fields) => flow.search(fields)}>
        <TextField
          name="number"
          label={WORDS.columns.number}
          value={filter["number"] ?? ""}
          maxLength={NUMBER_LENGTH_MAX}
        />
        {flow.may("organisation.read") && (
          <OrganisationField picker={flow.picker} label={WORDS.columns.institution} />
        )}
      </FilterBar>
      <PagedTable
        list={flow.list}
        caption={WORDS.title}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        none={WORDS.none}
        testId="payment-requests-table"
      />
    </Page>
  );
}

const COLUMNS: readonly Column<RequestLine>[] = [
  {
    title: WORDS.columns.number,
    role: "head",
    cell: ({ number }) => <Name>{number}</Name>,
  },
  {
    title: WORDS.columns.institution,
    cell: ({ institutionName }) => <Name>{institutionName}</Name>,
  },
  { title: WORDS.columns.state, cell: stateText },
  { title: WORDS.columns.madeAt, class: "moment", cell: ({ madeAt }) => momentText(madeAt) },
  {
    title: WORDS.columns.expiresAt,
    class: "moment",
    cell: ({ expiresAt }) => momentText(expiresAt),
  },
  {
    title: WORDS.columns.order,
    cell: ({ order }) =>
      order && <Link to={{ section: "orders", id: order.id }}>{order.number}</Link>,
  },
];

/** One that was withdrawn while a phone paid it is on its way all the same. */
function stateText({ state, withdrawnAt }: RequestLine): string {
  return withdrawnAt !== null && state !== "withdrawn"
    ? WORDS.withdrawnBut(WORDS.state[state])
    : WORDS.state[state];
}
