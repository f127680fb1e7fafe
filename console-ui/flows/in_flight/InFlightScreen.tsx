import type { JSX } from "preact";
import type { InFlightReply } from "../../../server/modules/checkout/console/contract.ts";
import { ageText, momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { Button } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Page } from "../../ui/Page.tsx";
import type { Column } from "../../ui/PagedTable.tsx";
import { TableFrame } from "../../ui/TableFrame.tsx";
import { OrganisationField } from "../organisation_tree/OrganisationField.tsx";
import type { InFlightModelInstance } from "./model.ts";

type Row = InFlightReply["states"][number];

const WORDS = ZH.inFlight;
const NONE = {
  title: WORDS.none,
  isEmpty: ({ states }: InFlightReply) => states.length === 0,
};

interface InFlightScreenProps {
  readonly flow: InFlightModelInstance;
}

export function InFlightScreen({ flow }: InFlightScreenProps): JSX.Element {
  return (
    <Page
      title={WORDS.title}
      lead={WORDS.lead}
      testId="in-flight"
      actions={
        <Button onClick={() => void flow.reply.reload()} data-testid="refresh">
          {WORDS.refresh}
        </Button>
      }
    >
      {flow.may("organisation.read") && (
        <FilterBar
          key={flow.organisationId.value ?? ""}
          onSearch={(fields) => flow.search(fields)}
        >
          <OrganisationField picker={flow.picker} label={WORDS.organisation} />
        </FilterBar>
      )}
      <LoadedBox of={flow.reply} none={NONE}>
        {(reply) => <Counted flow={flow} reply={reply} />}
      </LoadedBox>
    </Page>
  );
}

function Counted(
  { flow, reply: { organisation, states } }: InFlightScreenProps & {
    readonly reply: InFlightReply;
  },
): JSX.Element {
  const sum = states.reduce((total, { count }) => total + count, 0);
  return (
    <section class="listing" data-testid="in-flight-table">
      <p class="listing-note">{WORDS.total(organisation?.name ?? WORDS.all, sum)}</p>
      <TableFrame
        caption={WORDS.title}
        columns={columns(flow)}
        rows={states}
        rowKey={({ state }) => state}
      />
    </section>
  );
}

/** Each state leads to the orders that are in it. */
function columns(flow: InFlightModelInstance): readonly Column<Row>[] {
  const organisationId = flow.organisationId.value;
  const where = organisationId === null ? {} : { organisationId };
  return [
    {
      title: WORDS.columns.state,
      role: "head",
      cell: ({ state }) => (
        <Link to={{ section: "orders", query: { state, ...where } }}>{ZH.orders.state[state]}</Link>
      ),
    },
    { title: WORDS.columns.count, class: "amount", cell: ({ count }) => count },
    { title: WORDS.columns.oldest, class: "moment", cell: ({ oldestAt }) => momentText(oldestAt) },
    {
      title: WORDS.columns.age,
      class: "moment",
      cell: ({ oldestAt }) => ageText(flow.now() - Date.parse(oldestAt)),
    },
  ];
}
