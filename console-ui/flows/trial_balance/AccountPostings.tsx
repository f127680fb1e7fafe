import type { JSX } from "preact";
import { momentText, yuanText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Link } from "../../ui/Link.tsx";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import { type Column, PagedTable } from "../../ui/PagedTable.tsx";
import type { PostingLine, TrialBalanceModelInstance } from "./model.ts";

const WORDS = ZH.trialBalance.postings;
const ACCOUNTS: Readonly<Record<string, string>> = ZH.trialBalance.account;

interface AccountPostingsProps {
  readonly flow: TrialBalanceModelInstance;
  readonly account: string;
}

/** What moved an account on the day, page by page, each with the way to its order. */
export function AccountPostings({ flow, account }: AccountPostingsProps): JSX.Element {
  const { account: _, ...whole } = flow.filter.value;
  const title = WORDS.title(accountText(account));
  return (
    <Page
      title={title}
      testId="account-postings"
      actions={
        <Link to={{ section: "trial-balance", query: whole }} class="rs-btn rs-btn-default">
          {WORDS.back}
        </Link>
      }
    >
      <PagedTable
        list={flow.postings}
        caption={title}
        columns={columnsOf(flow)}
        rowKey={({ orderId, n }) => `${orderId} ${n}`}
        none={WORDS.none}
        testId="postings-table"
      />
    </Page>
  );
}

/** An account's, in words. */
export function accountText(account: string): string {
  return ACCOUNTS[account] ?? account;
}

function columnsOf(flow: TrialBalanceModelInstance): readonly Column<PostingLine>[] {
  const { columns, cause, open } = WORDS;
  return [
    {
      title: columns.at,
      role: "head",
      class: "moment",
      cell: ({ postedAt }) => momentText(postedAt),
    },
    {
      title: columns.institution,
      cell: ({ institutionName }) => <Name>{institutionName}</Name>,
    },
    { title: columns.cause, cell: (row) => cause[row.cause] },
    { title: columns.debit, cell: ({ debit }) => accountText(debit) },
    { title: columns.credit, cell: ({ credit }) => accountText(credit) },
    { title: columns.amount, class: "amount", cell: ({ amountFen }) => yuanText(amountFen) },
    {
      title: columns.order,
      cell: ({ orderId, n }) =>
        flow.maySeeOrders() && (
          <Link to={{ section: "orders", id: orderId }} label={`${open} ${orderId} ${n}`}>
            {open}
          </Link>
        ),
    },
  ];
}
