import type { JSX } from "preact";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Name } from "../../ui/Name.tsx";
import { type Column, PagedTable } from "../../ui/PagedTable.tsx";
import { Tag } from "../../ui/Tag.tsx";
import type { PagedList } from "../paged_list.ts";
import type { TerminalEvent } from "./model.ts";

const WORDS = ZH.terminals;
const KINDS: Readonly<Record<string, string>> = WORDS.event;
const TONES = { info: "still", warning: "wait", error: "bad" } as const;

const COLUMNS: readonly Column<TerminalEvent>[] = [
  { title: WORDS.eventColumns.at, class: "moment", cell: ({ at }) => momentText(at) },
  {
    title: WORDS.eventColumns.severity,
    cell: ({ severity }) => <Tag tone={TONES[severity]}>{WORDS.severity[severity]}</Tag>,
  },
  {
    title: WORDS.eventColumns.kind,
    role: "head",
    cell: ({ kind }) => <Name>{KINDS[kind] ?? kind}</Name>,
  },
  { title: WORDS.eventColumns.fields, cell: ({ fields }) => <Name>{fieldsText(fields)}</Name> },
  {
    title: WORDS.eventColumns.source,
    cell: ({ source, actor }) => <Name>{actor ?? WORDS.source[source]}</Name>,
  },
];

export function TerminalEvents(
  { list }: { readonly list: PagedList<TerminalEvent> },
): JSX.Element {
  return (
    <section aria-labelledby="terminal-events">
      <div class="section-head">
        <h2 class="panel-title" id="terminal-events">{WORDS.events}</h2>
      </div>
      <PagedTable
        list={list}
        caption={WORDS.events}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        testId="events-table"
      />
    </section>
  );
}

/** As the terminal named them: nobody knows them all beforehand. */
function fieldsText(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("；");
}
