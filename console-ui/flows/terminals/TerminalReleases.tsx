import type { JSX } from "preact";
import type { TerminalItem } from "../../../server/modules/fleet/console/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Name } from "../../ui/Name.tsx";
import { type Column, PagedTable } from "../../ui/PagedTable.tsx";
import { Tag } from "../../ui/Tag.tsx";
import type { PagedList } from "../paged_list.ts";
import type { TerminalRelease } from "./model.ts";

const WORDS = ZH.terminals.release;
const TONES = {
  staged: "still",
  switched: "wait",
  trial_started: "wait",
  committed: "good",
  left: "bad",
  declined: "bad",
  refused: "bad",
} as const;

/** What last became of a release there, and of which. */
export function LastRelease({ release }: Pick<TerminalItem, "release">): JSX.Element {
  if (release === null) return <span class="soft">{WORDS.never}</span>;
  return (
    <span class="row">
      <Tag tone={TONES[release.outcome]}>{WORDS.outcome[release.outcome]}</Tag>
      <Name>{release.version}</Name>
    </span>
  );
}

const COLUMNS: readonly Column<TerminalRelease>[] = [
  {
    title: WORDS.columns.at,
    class: "moment",
    cell: ({ at, receivedAt }) => (
      <>
        {momentText(at)}
        {isLate(at, receivedAt) && (
          <span class="cell-detail">{WORDS.toldAt(momentText(receivedAt))}</span>
        )}
      </>
    ),
  },
  { title: WORDS.columns.version, role: "head", cell: ({ version }) => <Name>{version}</Name> },
  {
    title: WORDS.columns.outcome,
    cell: ({ outcome }) => <Tag tone={TONES[outcome]}>{WORDS.outcome[outcome]}</Tag>,
  },
  {
    title: WORDS.columns.now,
    cell: ({ outcome, now }) => <Name>{now ?? (outcome === "left" ? WORDS.packaged : "")}</Name>,
  },
  { title: WORDS.columns.reason, cell: ({ reason }) => <Name>{reason}</Name> },
];

export function TerminalReleases(
  { list }: { readonly list: PagedList<TerminalRelease> },
): JSX.Element {
  return (
    <section aria-labelledby="terminal-releases">
      <div class="section-head">
        <h2 class="panel-title" id="terminal-releases">{WORDS.title}</h2>
      </div>
      <PagedTable
        list={list}
        caption={WORDS.title}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        none={WORDS.none}
        testId="releases-table"
      />
    </section>
  );
}

/** A terminal tells within seconds; later it had no line, or did not run. */
const LATE_MS = 10 * 60_000;

function isLate(at: string, receivedAt: string): boolean {
  return Date.parse(receivedAt) - Date.parse(at) > LATE_MS;
}
