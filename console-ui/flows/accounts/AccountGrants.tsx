import type { JSX } from "preact";
import type { AccountView } from "../../../server/modules/access/accounts/contract.ts";
import type { GrantView } from "../../../server/modules/access/rights/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Link } from "../../ui/Link.tsx";
import { Name } from "../../ui/Name.tsx";
import { type Column, PagedTable } from "../../ui/PagedTable.tsx";
import type { AccountsModelInstance } from "./model.ts";

const WORDS = ZH.accounts;

const COLUMNS: readonly Column<GrantView>[] = [
  { title: WORDS.grantColumns.role, role: "head", cell: ({ role }) => <Name>{role.name}</Name> },
  {
    title: WORDS.grantColumns.organisation,
    cell: ({ organisation }) => <Name>{organisation.name}</Name>,
  },
  {
    title: WORDS.grantColumns.grantedBy,
    class: "moment",
    cell: ({ grantedBy, grantedAt }) =>
      `${grantedBy?.login ?? WORDS.shellGranted}，${momentText(grantedAt)}`,
  },
  {
    title: WORDS.grantColumns.expiresAt,
    class: "moment",
    cell: ({ expiresAt }) => expiresAt === null ? WORDS.forGood : momentText(expiresAt),
  },
];

const END_COLUMN: Column<GrantView> = {
  title: ZH.table.actions,
  class: "moment",
  cell: ({ id, account }) => (
    <Link
      to={{
        section: "rights-requests",
        id: "new",
        query: { accountId: account.id, grantId: id },
      }}
    >
      {WORDS.endGrant}
    </Link>
  ),
};

interface AccountGrantsProps {
  readonly flow: AccountsModelInstance;
  readonly account: AccountView;
}

export function AccountGrants({ flow, account }: AccountGrantsProps): JSX.Element {
  const mayRequest = flow.permissions.value.has("rights.request") && account.state !== "closed";
  return (
    <section aria-labelledby="account-grants">
      <div class="section-head">
        <h2 class="panel-title" id="account-grants">{WORDS.grants}</h2>
        <div class="row">
          {flow.permissions.value.has("session.read") && (
            <Link to={{ section: "sessions", query: { accountId: account.id } }}>
              {WORDS.sessions}
            </Link>
          )}
          <Link
            to={{
              section: "rights-explanation",
              query: { accountId: account.id, login: account.login },
            }}
          >
            {WORDS.explain}
          </Link>
          {mayRequest && (
            <Link
              to={{
                section: "rights-requests",
                id: "new",
                query: { accountId: account.id, login: account.login },
              }}
              class="rs-btn rs-btn-default"
              testId="request-role"
            >
              {WORDS.request}
            </Link>
          )}
        </div>
      </div>
      <PagedTable
        list={flow.grants}
        caption={WORDS.grants}
        columns={mayRequest ? [...COLUMNS, END_COLUMN] : COLUMNS}
        rowKey={({ id }) => id}
        testId="grants-table"
      />
    </section>
  );
}
