import type { JSX } from "preact";
import type { RightsRequestView } from "../../../server/modules/access/rights/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import { type Column, PagedTable } from "../../ui/PagedTable.tsx";
import type { RequestsModelInstance } from "./model.ts";
import { NewRequestScreen } from "./NewRequestScreen.tsx";
import { RequestDialog } from "./RequestDialog.tsx";
import { RequestState } from "./RequestState.tsx";

const WORDS = ZH.requests;

export function RequestsScreen({ flow }: { readonly flow: RequestsModelInstance }): JSX.Element {
  if (flow.isNew.value) return <NewRequestScreen flow={flow.newRequest} />;
  const looked = flow.decision.looked.value;
  const add = (
    <Link
      to={{ section: "rights-requests", id: "new" }}
      class="rs-btn rs-btn-primary"
      testId="add-request"
    >
      {WORDS.add}
    </Link>
  );
  return (
    <Page
      title={WORDS.title}
      lead={WORDS.lead}
      testId="rights-requests"
      actions={flow.mayRequest.value && add}
    >
      <Views flow={flow} />
      <PagedTable
        list={flow.list}
        caption={WORDS.title}
        columns={columnsFor(flow)}
        rowKey={({ id }) => id}
        none={WORDS.none[flow.view.value]}
        testId="requests-table"
      />
      {looked && <RequestDialog flow={flow.decision} looked={looked} />}
    </Page>
  );
}

function Views({ flow }: { readonly flow: RequestsModelInstance }): JSX.Element | null {
  if (flow.views.value.length < 2) return null;
  return (
    <nav class="views" aria-label={WORDS.viewsLabel}>
      {flow.views.value.map((view) => (
        <Link
          key={view}
          to={{ section: "rights-requests", query: { view } }}
          class="view-link"
          current={view === flow.view.value}
          testId={`view-${view}`}
        >
          {WORDS.views[view]}
        </Link>
      ))}
    </nav>
  );
}

function columnsFor(flow: RequestsModelInstance): readonly Column<RightsRequestView>[] {
  return [
    { title: WORDS.columns.account, role: "head", cell: ({ account }) => account.login },
    {
      title: WORDS.columns.what,
      cell: ({ kind, role }) => <Name>{WORDS.kind[kind](role.name)}</Name>,
    },
    {
      title: WORDS.columns.organisation,
      cell: ({ organisation }) => <Name>{organisation.name}</Name>,
    },
    {
      title: WORDS.columns.requestedBy,
      cell: ({ requestedBy, requestedAt }) => (
        <>
          {requestedBy.login} <span class="moment soft">{momentText(requestedAt)}</span>
        </>
      ),
    },
    {
      title: WORDS.columns.state,
      cell: ({ state }) => <RequestState state={state} />,
    },
    {
      title: WORDS.columns.actions,
      class: "actions",
      cell: (request) => (
        <Button
          size="sm"
          onClick={() => void flow.decision.look(request)}
          data-testid={`look-${request.account.login}`}
        >
          {WORDS.look}
        </Button>
      ),
    },
  ];
}
