import type { JSX } from "preact";
import type { PersonView } from "../../../server/modules/identity/persons/contract.ts";
import { dayOf, momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { type Fact, Facts } from "../../ui/Facts.tsx";
import { Button } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import { valueOf } from "../loaded.ts";
import { ConsentList } from "./ConsentList.tsx";
import { ErasureReport } from "./ErasureReport.tsx";
import { MaskedValue } from "./MaskedValue.tsx";
import type { PersonsModelInstance } from "./model.ts";

const WORDS = ZH.persons;
const MEDIA: Readonly<Record<string, string>> = WORDS.medium;

interface PersonScreenProps {
  readonly flow: PersonsModelInstance;
}

export function PersonScreen({ flow }: PersonScreenProps): JSX.Element {
  const erasure = flow.erasure.value;
  return (
    <Page
      title={erasure ? WORDS.erase.doneTitle : titleOf(valueOf(flow.person))}
      testId="person"
      actions={
        <Link to={{ section: "persons" }} class="rs-btn rs-btn-subtle" testId="back">
          {WORDS.back}
        </Link>
      }
    >
      {erasure ? <ErasureReport erasure={erasure} /> : (
        <LoadedBox of={flow.person}>
          {(person) => <Shown flow={flow} person={person} />}
        </LoadedBox>
      )}
    </Page>
  );
}

/** Masked, as the browser's history keeps it. */
function titleOf(person: PersonView | null): string {
  return person ? WORDS.detailTitle(person.maskedName) : WORDS.title;
}

interface ShownProps extends PersonScreenProps {
  readonly person: PersonView;
}

function Shown({ flow, person }: ShownProps): JSX.Element {
  const mayExport = flow.may("person.export");
  const mayErase = flow.may("person.erase");
  return (
    <div class="stack">
      <section class="panel">
        <Facts facts={factsOf(flow, person)} />
        {(mayExport || mayErase) && (
          <div class="panel-actions" role="group" aria-label={WORDS.deeds}>
            {mayExport && (
              <Button
                onClick={() => flow.deeds.open({ kind: "export", person })}
                data-testid="export"
              >
                {WORDS.export.button}
              </Button>
            )}
            {mayErase && (
              <Button
                color="red"
                appearance="ghost"
                onClick={() => flow.deeds.open({ kind: "erase", person })}
                data-testid="erase"
              >
                {WORDS.erase.button}
              </Button>
            )}
          </div>
        )}
      </section>
      <ConsentList flow={flow} person={person} />
    </div>
  );
}

function factsOf(flow: PersonsModelInstance, person: PersonView): Fact[] {
  const { maskedName, maskedIdNumber, maskedPhone, gender, age, institutions, media } = person;
  const masked = (field: "name" | "idNumber" | "phone", value: string | null) => (
    <MaskedValue key={field} flow={flow} person={person} field={field} masked={value} />
  );
  return [
    [WORDS.columns.name, masked("name", maskedName)],
    [WORDS.columns.idNumber, masked("idNumber", maskedIdNumber)],
    [WORDS.columns.phone, masked("phone", maskedPhone)],
    [WORDS.columns.gender, WORDS.gender[gender]],
    [WORDS.columns.age, age === null ? WORDS.unknown : WORDS.years(age)],
    [
      WORDS.columns.institutions,
      <Lines
        key="institutions"
        lines={institutions.map(({ name, since }) => WORDS.institutionSince(name, dayOf(since)))}
      />,
    ],
    [
      WORDS.media,
      <Lines
        key="media"
        lines={media.map(({ kind, lastSeenAt }) =>
          WORDS.mediumSeen(MEDIA[kind] ?? kind, momentText(lastSeenAt))
        )}
      />,
    ],
    [WORDS.createdAt, momentText(person.createdAt)],
  ];
}

function Lines({ lines }: { readonly lines: readonly string[] }): JSX.Element {
  if (lines.length === 0) return <span class="soft">{WORDS.nothing}</span>;
  return (
    <ul>
      {lines.map((line) => (
        <li key={line}>
          <Name>{line}</Name>
        </li>
      ))}
    </ul>
  );
}
