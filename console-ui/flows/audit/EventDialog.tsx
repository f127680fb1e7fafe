import type { ComponentChildren, JSX } from "preact";
import type {
  AuditChange,
  AuditEventView,
  AuditField,
} from "../../../server/modules/audit/viewer/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { type Fact, Facts } from "../../ui/Facts.tsx";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Name } from "../../ui/Name.tsx";
import { relatedOf, whatOf, whoOf } from "./event_facts.tsx";
import type { AuditModelInstance } from "./model.ts";

const LABELS = ZH.audit.detail;
const SETTING_NAMES: Readonly<Record<string, string>> = ZH.settings.name;

/** Everything of one event, and the ways on from it. */
export function EventDialog({ flow }: { readonly flow: AuditModelInstance }): JSX.Element {
  return (
    <Dialog title={LABELS.title} size="lg" testId="event" onClose={() => flow.closeEvent()}>
      <LoadedBox of={flow.event}>
        {(event) => (
          <div class="stack" data-testid="event-shown">
            <Part title={LABELS.what}>
              <Facts facts={whatOf(event)} />
            </Part>
            <Part title={LABELS.who}>
              <Facts facts={whoOf(event, flow)} />
            </Part>
            <Part title={LABELS.related}>
              <Facts facts={relatedOf(event, flow)} />
            </Part>
            <Fields event={event} />
            {event.changes.length > 0 && <Changes changes={event.changes} />}
            <Clauses flow={flow} kind={event.kind} />
          </div>
        )}
      </LoadedBox>
    </Dialog>
  );
}

interface PartProps {
  readonly title: string;
  readonly children: ComponentChildren;
}

function Part({ title, children }: PartProps): JSX.Element {
  return (
    <section>
      <h3 class="part-title">{title}</h3>
      {children}
    </section>
  );
}

function Fields({ event }: { readonly event: AuditEventView }): JSX.Element | null {
  const hidden = event.changes.length > 0 ? ["before", "after"] : [];
  const fields = event.fields.filter(({ name }) => !hidden.includes(name));
  if (fields.length === 0) return null;
  return (
    <Part title={LABELS.fields}>
      <Facts
        facts={fields.map((
          { name, title, value },
        ): Fact => [title, <FieldValue key="value" value={inWords(event.kind, name, value)} />])}
      />
    </Part>
  );
}

/** A setting by what its own page calls it, beside its name in the trail. */
function inWords(kind: string, name: string, value: AuditField["value"]): AuditField["value"] {
  if (kind !== "settings.changed" || name !== "name" || typeof value !== "string") return value;
  const title = SETTING_NAMES[value];
  return title === undefined ? value : `${title}（${value}）`;
}

function FieldValue({ value }: Pick<AuditField, "value">): JSX.Element {
  if (value === null) return <span class="soft">{LABELS.nothing}</span>;
  if (typeof value === "boolean") return <>{value ? ZH.policies.yes : ZH.policies.no}</>;
  return <Name>{String(value)}</Name>;
}

function Changes({ changes }: { readonly changes: readonly AuditChange[] }): JSX.Element {
  return (
    <Part title={LABELS.changes}>
      <div class="table-frame" tabIndex={0} role="group" aria-label={LABELS.changes}>
        <table class="table" data-testid="changes">
          <thead>
            <tr>
              <th scope="col">{LABELS.item}</th>
              <th scope="col">{LABELS.before}</th>
              <th scope="col">{LABELS.after}</th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ name, before, after }) => (
              <tr key={name}>
                <th scope="row">{name === "" ? LABELS.whole : <Name>{name}</Name>}</th>
                <td class="was">{before === null ? LABELS.nothing : <Name>{before}</Name>}</td>
                <td class="is">{after === null ? LABELS.nothing : <Name>{after}</Name>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Part>
  );
}

interface ClausesProps {
  readonly flow: AuditModelInstance;
  readonly kind: string;
}

/** Of the catalogue; an event of another version's kind has none. */
function Clauses({ flow, kind }: ClausesProps): JSX.Element | null {
  const state = flow.catalogue.state.value;
  const found = state.kind === "shown"
    ? state.value.kinds.find(({ id }) => id === kind)
    : undefined;
  if (!found) return null;
  const facts: Fact[] = [
    [LABELS.clausesLead, found.clauses.join("、")],
    [LABELS.retention, LABELS.days(found.retentionDays)],
  ];
  return (
    <Part title={LABELS.clauses}>
      <Facts facts={facts} />
    </Part>
  );
}
