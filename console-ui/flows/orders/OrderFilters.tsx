import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { SelectField } from "../../ui/SelectField.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { OrganisationField } from "../organisation_tree/OrganisationField.tsx";
import type { OrdersModelInstance } from "./model.ts";

const WORDS = ZH.orders;
const NUMBER_LENGTH_MAX = 40;
const CHOSEN = [
  ["state", WORDS.filter.state, WORDS.state],
  ["channel", WORDS.filter.channel, WORDS.channel],
  ["stop", WORDS.filter.stop, WORDS.stop],
] as const;

interface OrderFiltersProps {
  readonly flow: OrdersModelInstance;
}

export function OrderFilters({ flow }: OrderFiltersProps): JSX.Element {
  const filter = flow.filter.value;
  return (
    <FilterBar key={JSON.stringify(filter)} onSearch={(fields) => flow.search(fields)}>
      <TextField
        name="number"
        label={WORDS.columns.number}
        value={filter["number"] ?? ""}
        maxLength={NUMBER_LENGTH_MAX}
      />
      <SelectField
        name="queue"
        label={WORDS.queue}
        value={filter["queue"] ?? ""}
        choices={queuesFor(flow)}
      />
      {CHOSEN.map(([name, label, texts]) => (
        <SelectField
          key={name}
          name={name}
          label={label}
          value={filter[name] ?? ""}
          choices={[["", WORDS.filter.all], ...Object.entries(texts)]}
        />
      ))}
      <TextField
        name="minutes"
        label={WORDS.filter.minutes}
        value={filter["minutes"] ?? ""}
        type="number"
      />
      {flow.may("organisation.read") && (
        <OrganisationField picker={flow.picker} label={WORDS.filter.organisation} />
      )}
    </FilterBar>
  );
}

function queuesFor(flow: OrdersModelInstance): readonly (readonly [string, string])[] {
  return Object.entries(WORDS.queues).filter(([name]) =>
    name !== "approval" || flow.may("order.approve")
  );
}
