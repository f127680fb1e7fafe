import type { JSX } from "preact";
import type { PartyHealthReply } from "../../../server/party_health/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import type { Column } from "../../ui/PagedTable.tsx";
import { TableFrame } from "../../ui/TableFrame.tsx";
import { Tag } from "../../ui/Tag.tsx";
import type { PartiesModelInstance } from "./model.ts";

type Seen = PartyHealthReply["parties"][number];

const WORDS = ZH.parties;
const PARTIES: Readonly<Record<string, string>> = WORDS.party;
const NONE = {
  title: WORDS.none,
  isEmpty: ({ parties }: PartyHealthReply) => parties.length === 0,
};

const COLUMNS: readonly Column<Seen>[] = [
  {
    title: WORDS.columns.party,
    role: "head",
    cell: ({ party }) => <Name>{PARTIES[party] ?? party}</Name>,
  },
  { title: WORDS.columns.process, class: "moment", cell: ({ process }) => <Name>{process}</Name> },
  {
    title: WORDS.columns.circuit,
    cell: ({ circuit }) => (
      <Tag tone={circuit === "closed" ? "good" : "bad"}>{WORDS.circuit[circuit]}</Tag>
    ),
  },
  { title: WORDS.columns.calls, class: "amount", cell: ({ calls }) => calls },
  { title: WORDS.columns.answered, class: "amount", cell: ({ answered }) => answered },
  { title: WORDS.columns.lost, class: "amount", cell: ({ lost }) => lost },
  { title: WORDS.columns.notSent, class: "amount", cell: ({ notSent }) => notSent },
  { title: WORDS.columns.mean, class: "amount", cell: ({ meanMs }) => meanMs },
  { title: WORDS.columns.max, class: "amount", cell: ({ maxMs }) => maxMs },
  { title: WORDS.columns.seenAt, class: "moment", cell: ({ seenAt }) => momentText(seenAt) },
];

export function PartiesScreen({ flow }: { readonly flow: PartiesModelInstance }): JSX.Element {
  return (
    <Page
      title={WORDS.title}
      lead={WORDS.lead}
      testId="parties"
      actions={
        <Button onClick={() => void flow.health.refresh()} data-testid="refresh">
          {WORDS.refresh}
        </Button>
      }
    >
      <LoadedBox of={flow.health} none={NONE}>
        {({ parties }) => (
          <section class="listing">
            <TableFrame
              caption={WORDS.title}
              columns={COLUMNS}
              rows={parties}
              rowKey={({ party, process }) => `${party} ${process}`}
            />
          </section>
        )}
      </LoadedBox>
    </Page>
  );
}
