import type { JSX } from "preact";
import type { VerifyRunView } from "../../../server/modules/audit/verify_runs/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import type { PlaceGiven } from "../../place.ts";
import { AskDialog } from "../../ui/AskDialog.tsx";
import { Button } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { Name } from "../../ui/Name.tsx";
import { type Column, PagedTable } from "../../ui/PagedTable.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { OutcomeTag, spanText } from "./check_facts.tsx";
import type { Checks } from "./checks.ts";

const WORDS = ZH.checks;

const COLUMNS: readonly Column<VerifyRunView>[] = [
  { title: WORDS.columns.span, role: "head", cell: spanText },
  { title: WORDS.columns.state, class: "moment", cell: (run) => <OutcomeTag run={run} /> },
  {
    title: WORDS.columns.requested,
    cell: ({ requestedBy, requestedAt }) => (
      <>
        <Name>{requestedBy}</Name>
        <span class="cell-detail moment">{momentText(requestedAt)}</span>
      </>
    ),
  },
  {
    title: WORDS.columns.ended,
    class: "moment",
    cell: ({ endedAt }) => endedAt === null ? "" : momentText(endedAt),
  },
  { title: WORDS.columns.links, class: "moment", cell: ({ links }) => WORDS.links(links) },
  {
    title: WORDS.columns.look,
    class: "moment",
    cell: ({ id, requestedAt }) => (
      <Link to={placeOf(id)} label={WORDS.lookAt(momentText(requestedAt))} testId="look">
        {WORDS.look}
      </Link>
    ),
  },
];

/** The checks there were, and the way to a new one. */
export function CheckList({ flow }: { readonly flow: Checks }): JSX.Element {
  const live = flow.live.value;
  return (
    <>
      <div class="section-head">
        <p class="soft check-lead">{WORDS.lead}</p>
        <Button
          appearance="primary"
          disabled={live !== null}
          onClick={() => flow.openForm()}
          data-testid="start-check"
        >
          {WORDS.add}
        </Button>
      </div>
      {live && (
        <p class="list-lead" role="status" data-testid="check-under-way">
          {WORDS.underWay} <Link to={placeOf(live.id)}>{WORDS.follow}</Link>
        </p>
      )}
      <PagedTable
        list={flow.list}
        caption={WORDS.listCaption}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        none={WORDS.none}
        testId="checks-table"
      />
      {flow.formId.value !== null && <CheckForm flow={flow} />}
    </>
  );
}

function CheckForm({ flow }: { readonly flow: Checks }): JSX.Element {
  return (
    <AskDialog
      title={WORDS.formTitle}
      lead={WORDS.formLead}
      send={WORDS.send}
      sending={flow.sending}
      testId="check-form"
      onSend={(fields) => void flow.start(fields)}
      onClose={() => flow.close()}
    >
      <TextField name="from" type="date" label={WORDS.from} />
      <TextField name="to" type="date" label={WORDS.to} />
    </AskDialog>
  );
}

function placeOf(run: string): PlaceGiven {
  return { section: "audit-chain", id: "checks", query: { run } };
}
