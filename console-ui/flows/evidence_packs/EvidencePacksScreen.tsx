import type { JSX } from "preact";
import type { PackView } from "../../../server/modules/compliance/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import { type Column, PagedTable } from "../../ui/PagedTable.tsx";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import type { EvidencePacksModelInstance } from "./model.ts";
import { PackClausesScreen } from "./PackClausesScreen.tsx";
import { PackFile } from "./PackFile.tsx";
import { PackForm } from "./PackForm.tsx";
import { PackState } from "./PackState.tsx";
import { PackVerdicts } from "./PackVerdicts.tsx";

const WORDS = ZH.packs;

export function EvidencePacksScreen(
  { flow }: { readonly flow: EvidencePacksModelInstance },
): JSX.Element {
  if (flow.shownId.value !== null) return <PackClausesScreen flow={flow} />;
  const form = flow.form.value;
  const list = flow.list.state.value;
  const add = (
    <Button appearance="primary" onClick={() => flow.openForm()} data-testid="add-pack">
      {WORDS.add}
    </Button>
  );
  return (
    <Page title={WORDS.title} lead={WORDS.lead} testId="evidence-packs" actions={add}>
      <RefusalNote refusal={flow.doing.refusal.value} />
      <PagedTable
        list={flow.list}
        caption={WORDS.title}
        columns={columnsOf(flow)}
        rowKey={({ id }) => id}
        none={WORDS.none}
        testId="packs-table"
      />
      {list.kind === "listed" && list.page.rows.length > 0 && (
        <p class="list-foot soft">{WORDS.indexHint}</p>
      )}
      {form && <PackForm flow={flow} form={form} />}
    </Page>
  );
}

function columnsOf(flow: EvidencePacksModelInstance): readonly Column<PackView>[] {
  const columns = WORDS.columns;
  return [
    {
      title: columns.span,
      role: "head",
      class: "moment",
      cell: ({ from, to }) => WORDS.span(from, to),
    },
    { title: columns.state, cell: (pack) => <PackState flow={flow} pack={pack} /> },
    { title: columns.verdicts, cell: (pack) => <PackVerdicts pack={pack} /> },
    {
      title: columns.requested,
      cell: ({ requestedBy, requestedAt }) => (
        <>
          <Name>{requestedBy}</Name>
          <span class="cell-detail moment">{momentText(requestedAt)}</span>
        </>
      ),
    },
    { title: columns.file, cell: (pack) => <PackFile flow={flow} pack={pack} /> },
  ];
}
