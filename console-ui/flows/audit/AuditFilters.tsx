import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { SelectField } from "../../ui/SelectField.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { OrganisationField } from "../organisation_tree/OrganisationField.tsx";
import type { FilterFields } from "./filter.ts";
import { KindField } from "./KindField.tsx";
import type { AuditModelInstance } from "./model.ts";

const WORDS = ZH.audit;
const LABELS = WORDS.filter;

/** Below the first row; opened when one of them narrows the list. */
const FURTHER = ["severity", "actorKind", "organisationId", "terminalId", "orderId"] as const;

export function AuditFilters({ flow }: { readonly flow: AuditModelInstance }): JSX.Element {
  const fields = flow.fields.value;
  const idNumber = flow.patientIdNumber.value;
  const { actorId = "", patientId = "", objectId = "" } = fields;
  const followed = { actorId, patientId, objectId };
  function search(sent: FilterFields): void {
    // Cleared means everything; else what is followed stays followed.
    flow.search(Object.keys(sent).length === 0 ? {} : { ...filled(followed), ...sent });
  }
  return (
    <FilterBar key={`${JSON.stringify(fields)} ${idNumber}`} onSearch={search}>
      <TextField name="from" type="date" label={LABELS.from} value={fields["from"] ?? ""} />
      <TextField name="to" type="date" label={LABELS.to} value={fields["to"] ?? ""} />
      <KindField catalogue={flow.catalogue} value={fields["kind"] ?? ""} />
      <Choice name="result" words={WORDS.result} fields={fields} />
      <TextField
        name="text"
        type="search"
        label={LABELS.text}
        value={fields["text"] ?? ""}
        maxLength={64}
      />
      <details
        class="filters-more"
        open={idNumber !== "" || FURTHER.some((name) => fields[name] !== undefined)}
      >
        <summary data-testid="more-filters">{LABELS.more}</summary>
        <div class="filters-grid">
          <Choice name="severity" words={WORDS.severity} fields={fields} />
          <Choice name="actorKind" words={WORDS.actorKind} fields={fields} />
          <OrganisationField picker={flow.picker} label={LABELS.organisation} />
          <TextField
            name="patientIdNumber"
            label={LABELS.patientIdNumber}
            value={idNumber}
            hint={LABELS.idNumberHint}
            pattern="\d{17}[\dXx]"
            maxLength={18}
            autoComplete="off"
          />
          <TextField
            name="orderId"
            label={LABELS.orderId}
            value={fields["orderId"] ?? ""}
            hint={LABELS.idHint}
          />
          <TextField
            name="terminalId"
            label={LABELS.terminalId}
            value={fields["terminalId"] ?? ""}
            hint={LABELS.idHint}
          />
        </div>
      </details>
    </FilterBar>
  );
}

interface ChoiceProps {
  readonly name: "severity" | "result" | "actorKind";
  readonly words: Readonly<Record<string, string>>;
  readonly fields: FilterFields;
}

function Choice({ name, words, fields }: ChoiceProps): JSX.Element {
  return (
    <SelectField
      name={name}
      label={LABELS[name]}
      value={fields[name] ?? ""}
      choices={[["", LABELS.all], ...Object.entries(words)]}
    />
  );
}

function filled(fields: FilterFields): FilterFields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
}
