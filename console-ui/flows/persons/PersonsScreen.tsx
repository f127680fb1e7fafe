import type { JSX } from "preact";
import type { PersonView } from "../../../server/modules/identity/persons/contract.ts";
import { SEARCH_WAYS } from "./search_ways.ts";
import { ZH } from "../../i18n/zh.ts";
import { sentFields } from "../../ui/form_data.ts";
import { Button } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import type { Column } from "../../ui/PagedTable.tsx";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { SelectField } from "../../ui/SelectField.tsx";
import { NothingBox } from "../../ui/StateBox.tsx";
import { TableFrame } from "../../ui/TableFrame.tsx";
import { TextField } from "../../ui/TextField.tsx";
import type { PersonsModelInstance } from "./model.ts";
import { PersonDialogBox } from "./PersonDialogBox.tsx";
import { PersonScreen } from "./PersonScreen.tsx";

const WORDS = ZH.persons;
const VALUE_LENGTH_MIN = 4;
const VALUE_LENGTH_MAX = 64;

const COLUMNS: readonly Column<PersonView>[] = [
  {
    title: WORDS.columns.name,
    role: "head",
    cell: ({ id, maskedName }) => (
      <Link to={{ section: "persons", id }} testId="open-person">
        <Name>{maskedName}</Name>
      </Link>
    ),
  },
  {
    title: WORDS.columns.idNumber,
    class: "moment",
    cell: ({ maskedIdNumber }) => <Name>{maskedIdNumber}</Name>,
  },
  {
    title: WORDS.columns.phone,
    class: "moment",
    cell: ({ maskedPhone }) => <Name>{maskedPhone ?? WORDS.noPhone}</Name>,
  },
  { title: WORDS.columns.gender, cell: ({ gender }) => WORDS.gender[gender] },
  {
    title: WORDS.columns.age,
    class: "moment",
    cell: ({ age }) => age === null ? WORDS.unknown : WORDS.years(age),
  },
  {
    title: WORDS.columns.institutions,
    cell: ({ institutions }) => <Name>{institutions.map(({ name }) => name).join("、")}</Name>,
  },
];

interface PersonsScreenProps {
  readonly flow: PersonsModelInstance;
}

export function PersonsScreen({ flow }: PersonsScreenProps): JSX.Element {
  const dialog = flow.dialog.value;
  return (
    <>
      {flow.shownId.value === null
        ? <Search flow={flow} />
        : <PersonScreen key={flow.shownId.value} flow={flow} />}
      {dialog && <PersonDialogBox flow={flow} dialog={dialog} />}
    </>
  );
}

function Search({ flow }: PersonsScreenProps): JSX.Element {
  function send(event: Event): void {
    const { by, value = "" } = sentFields(event);
    void flow.search(SEARCH_WAYS.find((way) => way === by) ?? "id_number", value);
  }
  return (
    <Page title={WORDS.title} lead={WORDS.lead} testId="persons">
      <form class="filters filters-wide" role="search" autoComplete="off" onSubmit={send}>
        <SelectField
          name="by"
          label={WORDS.byLabel}
          choices={SEARCH_WAYS.map((way) => [way, WORDS.by[way]] as const)}
        />
        <TextField
          name="value"
          label={WORDS.value}
          minLength={VALUE_LENGTH_MIN}
          maxLength={VALUE_LENGTH_MAX}
          autoComplete="off"
          required
        />
        <div class="filters-actions">
          <Button type="submit" appearance="primary" loading={flow.searching.busy.value}>
            {WORDS.search}
          </Button>
          <span class="field-hint">{WORDS.valueHint}</span>
        </div>
      </form>
      <RefusalNote refusal={flow.searching.refusal.value} />
      <div role="status" aria-live="polite">
        {flow.found.value && <Found persons={flow.found.value} />}
      </div>
    </Page>
  );
}

function Found({ persons }: { readonly persons: readonly PersonView[] }): JSX.Element {
  if (persons.length === 0) return <NothingBox title={WORDS.none} testId="nothing" />;
  return (
    <section class="listing" data-testid="persons-table">
      <p class="listing-note">{WORDS.found(persons.length)}</p>
      <TableFrame caption={WORDS.title} columns={COLUMNS} rows={persons} rowKey={({ id }) => id} />
    </section>
  );
}
