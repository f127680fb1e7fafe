import type { JSX } from "preact";
import type { PackClause, PackClauses } from "../../../server/modules/compliance/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { Link } from "../../ui/Link.tsx";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Page } from "../../ui/Page.tsx";
import type { Column } from "../../ui/PagedTable.tsx";
import { TableFrame } from "../../ui/TableFrame.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { Views } from "../../ui/Views.tsx";
import { type EvidencePacksModelInstance, VERDICTS } from "./model.ts";
import { PackFile } from "./PackFile.tsx";

const WORDS = ZH.packs;
const COLUMNS_OF = WORDS.clauseColumns;
const ALL = "all";
const NONE = {
  title: WORDS.clausesNone,
  isEmpty: ({ clauses }: PackClauses) => clauses.length === 0,
};
const TONES = { met: "good", partly: "wait", unmet: "bad", not_applicable: "still" } as const;

const COLUMNS: readonly Column<PackClause>[] = [
  {
    title: COLUMNS_OF.number,
    role: "head",
    class: "clause-number",
    cell: ({ number, id }) => (
      <>
        {number}
        <span class="cell-detail">{id}</span>
      </>
    ),
  },
  { title: COLUMNS_OF.requirement, class: "clause-text", cell: ({ requirement }) => requirement },
  {
    title: COLUMNS_OF.verdict,
    class: "moment",
    cell: ({ verdict }) => <Tag tone={TONES[verdict]}>{WORDS.clauseVerdict[verdict]}</Tag>,
  },
  {
    title: COLUMNS_OF.reasons,
    class: "clause-text",
    cell: ({ reasons }) => (
      <ul class="lines">{reasons.map((reason) => <li key={reason}>{reason}</li>)}</ul>
    ),
  },
  {
    title: COLUMNS_OF.files,
    class: "clause-files",
    cell: ({ files }) => <ul class="lines">{files.map((file) => <li key={file}>{file}</li>)}</ul>,
  },
];

interface PackClausesScreenProps {
  readonly flow: EvidencePacksModelInstance;
}

/** What a finished pack says of each clause, before anybody downloads it. */
export function PackClausesScreen({ flow }: PackClausesScreenProps): JSX.Element {
  return (
    <Page
      title={WORDS.clauses}
      testId="pack-clauses"
      actions={
        <Link to={{ section: "evidence-packs" }} class="rs-btn rs-btn-subtle">{WORDS.back}</Link>
      }
    >
      <LoadedBox of={flow.clauses} none={NONE}>
        {(found) => <Clauses flow={flow} found={found} />}
      </LoadedBox>
    </Page>
  );
}

interface ClausesProps extends PackClausesScreenProps {
  readonly found: PackClauses;
}

function Clauses({ flow, found: { pack, clauses } }: ClausesProps): JSX.Element {
  const only = flow.only.value;
  const rows = clauses.filter(({ verdict }) => only === null || verdict === only);
  const span = WORDS.span(pack.from, pack.to);
  return (
    <div class="stack">
      <p class="soft">{WORDS.clausesLead(WORDS.profiles[pack.profile], span)}</p>
      <PackFile flow={flow} pack={pack} />
      <Views
        label={WORDS.only}
        current={only ?? ALL}
        views={[
          {
            name: ALL,
            title: WORDS.all(clauses.length),
            to: { section: "evidence-packs", id: pack.id },
          },
          ...VERDICTS.map((name) => ({
            name,
            title: WORDS.verdictCount(
              WORDS.clauseVerdict[name],
              clauses.filter(({ verdict }) => verdict === name).length,
            ),
            to: { section: "evidence-packs", id: pack.id, query: { verdict: name } },
          })),
        ]}
      />
      <section class="listing" data-testid="clauses-table">
        <TableFrame
          caption={WORDS.clauses}
          columns={COLUMNS}
          rows={rows}
          rowKey={({ id, number }) => `${id} ${number}`}
        />
      </section>
    </div>
  );
}
