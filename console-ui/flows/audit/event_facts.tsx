import type { JSX } from "preact";
import type { AuditEventView } from "../../../server/modules/audit/viewer/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { jobName } from "../../i18n/job_name.ts";
import { ZH } from "../../i18n/zh.ts";
import type { Fact } from "../../ui/Facts.tsx";
import { Link } from "../../ui/Link.tsx";
import { Name } from "../../ui/Name.tsx";
import { Tag } from "../../ui/Tag.tsx";
import type { Followed } from "./filter.ts";
import type { AuditModelInstance } from "./model.ts";
import { RESULT_TONE, SEVERITY_TONE } from "./tones.ts";

const WORDS = ZH.audit;
const LABELS = WORDS.detail;
const OBJECTS: Readonly<Record<string, string>> = WORDS.object;

export function whatOf({ at, title, kind, severity, result, reason, id }: AuditEventView): Fact[] {
  return [
    [LABELS.at, momentText(at)],
    [
      LABELS.event,
      <span key="value">
        {title} <code class="soft">{kind}</code>
      </span>,
    ],
    [
      LABELS.severity,
      <Tag key="tag" tone={SEVERITY_TONE[severity]}>{WORDS.severity[severity]}</Tag>,
    ],
    [LABELS.result, <Tag key="tag" tone={RESULT_TONE[result]}>{WORDS.result[result]}</Tag>],
    ...given(LABELS.reason, reason),
    [LABELS.id, <code key="id">{id}</code>],
  ];
}

export function whoOf(
  { actor, traceId, organisationId, organisationName }: AuditEventView,
  flow: AuditModelInstance,
): Fact[] {
  return [
    [
      LABELS.actor,
      <span key="value">
        <Name>{actor.kind === "system" ? jobName(actor.name) : actor.name}</Name>（{WORDS
          .actorKind[actor.kind]}）
        {actor.id !== null && (
          <Follow flow={flow} what="actorId" id={actor.id} words={WORDS.follow.actor} />
        )}
      </span>,
    ],
    ...given(LABELS.actorId, actor.id),
    ...given(LABELS.address, actor.address),
    ...given(LABELS.session, actor.sessionId),
    [
      LABELS.organisation,
      <Name key="name">{organisationName ?? organisationId ?? WORDS.platform}</Name>,
    ],
    ...given(LABELS.trace, traceId),
  ];
}

export function relatedOf(event: AuditEventView, flow: AuditModelInstance): Fact[] {
  const { object, objectId, terminalId, patientId, orderId } = event;
  const kind = OBJECTS[object] ?? object;
  return [
    objectId === null ? [LABELS.object, kind] : [
      LABELS.object,
      <span key="value">
        {kind}{" "}
        <code>
          <Name>{objectId}</Name>
        </code>
        <Follow flow={flow} what="objectId" id={objectId} words={WORDS.follow.object} />
      </span>,
    ],
    ...followed({
      flow,
      what: "patientId",
      id: patientId,
      term: LABELS.patient,
      words: WORDS.follow.patient,
    }),
    ...followed({
      flow,
      what: "orderId",
      id: orderId,
      term: LABELS.order,
      words: WORDS.follow.order,
    }),
    ...followed({
      flow,
      what: "terminalId",
      id: terminalId,
      term: LABELS.terminal,
      words: WORDS.follow.terminal,
    }),
  ];
}

interface FollowedGiven {
  readonly flow: AuditModelInstance;
  readonly what: Followed;
  readonly id: string | null;
  readonly term: string;
  readonly words: string;
}

function followed({ id, term, ...rest }: FollowedGiven): Fact[] {
  if (id === null) return [];
  return [[
    term,
    <span key="value">
      <code>{id}</code>
      <Follow id={id} {...rest} />
    </span>,
  ]];
}

function given(term: string, text: string | null): Fact[] {
  return text === null ? [] : [[term, <Name key="text">{text}</Name>]];
}

interface FollowProps {
  readonly flow: AuditModelInstance;
  readonly what: Followed;
  readonly id: string;
  readonly words: string;
}

function Follow({ flow, what, id, words }: FollowProps): JSX.Element {
  return (
    <Link to={flow.placeFollowing(what, id)} class="follow-link" testId={`follow-${what}`}>
      {words}
    </Link>
  );
}
