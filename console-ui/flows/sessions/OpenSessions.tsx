import type { JSX } from "preact";
import type { SessionRow } from "../../../server/modules/access/sign_in/contract.ts";
import { browserText } from "../../i18n/browser_name.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { Name } from "../../ui/Name.tsx";
import { type Column, PagedTable } from "../../ui/PagedTable.tsx";
import { Tag } from "../../ui/Tag.tsx";
import type { SessionsModelInstance } from "./model.ts";

const WORDS = ZH.sessions;
const FACTORS: Readonly<Record<string, string>> = ZH.home.factor;

export function OpenSessions({ flow }: { readonly flow: SessionsModelInstance }): JSX.Element {
  return (
    <>
      {flow.accountId.value !== "" && (
        <p class="list-lead">
          <Link to={{ section: "sessions" }} testId="everybody">{WORDS.everybody}</Link>
        </p>
      )}
      <PagedTable
        list={flow.sessions}
        caption={WORDS.views.sessions}
        columns={columnsOf(flow)}
        rowKey={({ id }) => id}
        testId="sessions-table"
      />
    </>
  );
}

function columnsOf(flow: SessionsModelInstance): readonly Column<SessionRow>[] {
  const columns = WORDS.columns;
  return [
    {
      title: columns.login,
      role: "head",
      cell: ({ login, accountId }) => (
        <Link to={{ section: "sessions", query: { accountId } }} label={WORDS.only(login)}>
          {login}
        </Link>
      ),
    },
    { title: columns.signedInAt, class: "moment", cell: (row) => momentText(row.signedInAt) },
    { title: columns.lastUsedAt, class: "moment", cell: (row) => momentText(row.lastUsedAt) },
    { title: columns.address, cell: ({ address }) => address ?? WORDS.unknownAddress },
    {
      title: columns.agent,
      class: "cell-long",
      cell: ({ agent }) => agent === null ? null : <Name>{browserText(agent)}</Name>,
    },
    {
      title: columns.factors,
      cell: ({ factors }) => factors.map((factor) => FACTORS[factor] ?? factor).join("、"),
    },
    {
      title: columns.actions,
      class: "moment",
      cell: (session) => <Action flow={flow} session={session} />,
    },
  ];
}

interface ActionProps {
  readonly flow: SessionsModelInstance;
  readonly session: SessionRow;
}

function Action({ flow, session }: ActionProps): JSX.Element | null {
  if (session.own) return <Tag tone="still">{WORDS.own}</Tag>;
  if (!flow.permissions.value.has("session.end")) return null;
  return (
    <Button
      size="sm"
      onClick={() => flow.ask({ kind: "end", session })}
      aria-label={WORDS.endOf(session.login)}
      data-testid="end-session"
    >
      {WORDS.end}
    </Button>
  );
}
