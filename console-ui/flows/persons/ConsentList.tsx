import type { JSX } from "preact";
import type { Consent } from "../../../server/modules/identity/consent/contract.ts";
import type { PersonView } from "../../../server/modules/identity/persons/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Name } from "../../ui/Name.tsx";
import type { Column } from "../../ui/PagedTable.tsx";
import { PlainTable } from "../../ui/PlainTable.tsx";
import { Tag } from "../../ui/Tag.tsx";
import type { PersonsModelInstance } from "./model.ts";

const WORDS = ZH.persons.consents;

const COLUMNS: readonly Column<Consent>[] = [
  { title: WORDS.columns.purpose, role: "head", cell: ({ purpose }) => WORDS.purpose[purpose] },
  {
    title: WORDS.columns.decision,
    cell: ({ decision }) => (
      <Tag tone={decision === "given" ? "good" : "still"}>{WORDS.decision[decision]}</Tag>
    ),
  },
  { title: WORDS.columns.at, class: "moment", cell: ({ at }) => momentText(at) },
  { title: WORDS.columns.by, class: "moment", cell: ({ by }) => WORDS.by[by] },
  { title: WORDS.columns.notice, cell: ({ noticeVersion }) => <Name>{noticeVersion}</Name> },
  { title: WORDS.columns.evidence, cell: ({ evidence }) => <Name>{evidence ?? ""}</Name> },
];

interface ConsentListProps {
  readonly flow: PersonsModelInstance;
  readonly person: PersonView;
}

/** Every decision; what holds now can be withdrawn. */
export function ConsentList({ flow, person }: ConsentListProps): JSX.Element {
  const withdrawal = (given: ReadonlySet<string>): Column<Consent> => ({
    title: ZH.table.actions,
    cell: ({ id, purpose }) =>
      given.has(id) && (
        <Button
          size="sm"
          onClick={() => flow.deeds.open({ kind: "withdraw", person, purpose })}
          data-testid={`withdraw-${purpose}`}
          aria-label={WORDS.withdrawTitle(WORDS.purpose[purpose])}
        >
          {WORDS.withdraw}
        </Button>
      ),
  });
  return (
    <LoadedBox of={flow.consents}>
      {(consents) => (
        <PlainTable
          title={WORDS.title}
          columns={flow.may("person.erase")
            ? [...COLUMNS, withdrawal(givenNow(consents))]
            : COLUMNS}
          rows={consents}
          rowKey={({ id }) => id}
          none={WORDS.none}
          testId="consents-table"
        />
      )}
    </LoadedBox>
  );
}

/** Newest first: the first one of each purpose holds. */
function givenNow(consents: readonly Consent[]): ReadonlySet<string> {
  const latest = consents.filter(({ purpose }, at) =>
    consents.findIndex((each) => each.purpose === purpose) === at
  );
  return new Set(latest.filter(({ decision }) => decision === "given").map(({ id }) => id));
}
