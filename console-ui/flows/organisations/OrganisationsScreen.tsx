import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { Page } from "../../ui/Page.tsx";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { saveText } from "../../ui/save_text.ts";
import { OrganisationTreeView } from "../organisation_tree/OrganisationTreeView.tsx";
import { TreeSearch } from "../organisation_tree/TreeSearch.tsx";
import type { OrganisationsModelInstance } from "./model.ts";
import { OrganisationDialog } from "./OrganisationDialog.tsx";
import { OrganisationPanel } from "./OrganisationPanel.tsx";

const WORDS = ZH.organisations;

export function OrganisationsScreen(
  { flow }: { readonly flow: OrganisationsModelInstance },
): JSX.Element {
  const detail = flow.detail.value;
  return (
    <Page
      title={WORDS.title}
      lead={WORDS.lead}
      actions={<Actions flow={flow} />}
      testId="organisations"
    >
      <RefusalNote refusal={flow.exporting.refusal.value} />
      <div class="two-columns">
        <section class="panel tree-panel" aria-label={WORDS.tree}>
          <TreeSearch tree={flow.tree} />
          <div class="tree-frame">
            <OrganisationTreeView
              tree={flow.tree}
              label={WORDS.tree}
              selectedId={detail.kind === "shown" ? detail.organisation.id : null}
              onSelect={({ id }) => flow.select(id)}
            />
          </div>
        </section>
        <OrganisationPanel flow={flow} />
      </div>
      {flow.form.value && <OrganisationDialog flow={flow} form={flow.form.value} />}
    </Page>
  );
}

function Actions({ flow }: { readonly flow: OrganisationsModelInstance }): JSX.Element {
  async function save(): Promise<void> {
    const text = await flow.exportFile();
    if (text !== null) saveText(WORDS.exportFile, text);
  }
  return (
    <>
      <Button
        loading={flow.exporting.busy.value}
        onClick={() => void save()}
        data-testid="export"
      >
        {WORDS.export}
      </Button>
      {flow.mayChange.value && (
        <Link to={{ section: "organisation-import" }} class="rs-btn rs-btn-default">
          {WORDS.import}
        </Link>
      )}
    </>
  );
}
