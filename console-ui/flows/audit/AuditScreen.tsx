import type { JSX } from "preact";
import type { AuditEventView } from "../../../server/modules/audit/viewer/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { jobName } from "../../i18n/job_name.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import { type Column, PagedTable } from "../../ui/PagedTable.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { AuditFilters } from "./AuditFilters.tsx";
import { EventDialog } from "./EventDialog.tsx";
import { ExportDialog } from "./ExportDialog.tsx";
import { FollowBar } from "./FollowBar.tsx";
import type { AuditModelInstance } from "./model.ts";
import { RESULT_TONE, SEVERITY_TONE } from "./tones.ts";

const WORDS = ZH.audit;

/** The trail: seen by who may, changed by nobody. */
export function AuditScreen({ flow }: { readonly flow: AuditModelInstance }): JSX.Element {
  const span = flow.span.value;
  const export_ = (
    <Button onClick={() => flow.exporting.open()} data-testid="open-export">
      {WORDS.exporting.button}
    </Button>
  );
  return (
    <Page
      title={WORDS.title}
      lead={WORDS.lead}
      testId="audit"
      actions={flow.permissions.value.has("audit.export") && export_}
    >
      <AuditFilters flow={flow} />
      <FollowBar flow={flow} />
      {span !== null && (
        <p class="list-lead soft" data-testid="span">
          {WORDS.span(momentText(span.from), momentText(span.to))}
        </p>
      )}
      <PagedTable
        list={flow.list}
        caption={WORDS.title}
        columns={columnsOf(flow)}
        rowKey={({ id }) => id}
        testId="audit-table"
      />
      {flow.eventId.value !== null && <EventDialog flow={flow} />}
      {flow.exporting.step.value.kind !== "closed" && <ExportDialog flow={flow.exporting} />}
    </Page>
  );
}

function columnsOf(flow: AuditModelInstance): readonly Column<AuditEventView>[] {
  const columns = WORDS.columns;
  return [
    { title: columns.at, class: "moment", cell: ({ at }) => momentText(at) },
    { title: columns.event, role: "head", cell: (event) => <EventTitle event={event} /> },
    { title: columns.actor, cell: ({ actor }) => <ActorCell actor={actor} /> },
    {
      title: columns.place,
      cell: ({ organisationName, organisationId }) =>
        organisationName === null
          ? <span class="soft">{organisationId ?? WORDS.platform}</span>
          : <Name>{organisationName}</Name>,
    },
    {
      title: columns.result,
      cell: ({ result }) => <Tag tone={RESULT_TONE[result]}>{WORDS.result[result]}</Tag>,
    },
    {
      title: columns.detail,
      class: "moment",
      cell: (event) => (
        <Link
          to={flow.placeOf(event)}
          testId="look"
          label={WORDS.lookAt(event.title, momentText(event.at))}
        >
          {WORDS.look}
        </Link>
      ),
    },
  ];
}

function EventTitle({ event }: { readonly event: AuditEventView }): JSX.Element {
  const { title, severity } = event;
  return (
    <>
      {title}
      {severity !== "info" && (
        <>
          {" "}
          <Tag tone={SEVERITY_TONE[severity]}>{WORDS.severity[severity]}</Tag>
        </>
      )}
    </>
  );
}

function ActorCell({ actor }: Pick<AuditEventView, "actor">): JSX.Element {
  const detail = [WORDS.actorKind[actor.kind], actor.address].filter((text) => text !== null);
  return (
    <>
      <Name>{actor.kind === "system" ? jobName(actor.name) : actor.name}</Name>
      <span class="cell-detail">{detail.join(" ")}</span>
    </>
  );
}
