import type { JSX } from "preact";
import type { OrganisationView } from "../../../server/modules/access/organisations/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { type Fact, Facts } from "../../ui/Facts.tsx";
import { Button } from "../../ui/library.ts";
import { Name } from "../../ui/Name.tsx";
import { FailedBox, LoadingBox, NothingBox } from "../../ui/StateBox.tsx";
import type { OrganisationsModelInstance } from "./model.ts";

const WORDS = ZH.organisations;

/** Right of the tree: the node that is selected. */
export function OrganisationPanel(
  { flow }: { readonly flow: OrganisationsModelInstance },
): JSX.Element {
  const detail = flow.detail.value;
  return (
    <section class="panel" aria-live="polite" data-testid="organisation">
      {detail.kind === "none" && <NothingBox title={WORDS.choose} testId="no-organisation" />}
      {detail.kind === "loading" && <LoadingBox />}
      {detail.kind === "failed" && (
        <FailedBox
          refusal={detail.refusal}
          onAgain={() => void flow.again()}
        />
      )}
      {detail.kind === "shown" && <Shown flow={flow} organisation={detail.organisation} />}
    </section>
  );
}

interface ShownProps {
  readonly flow: OrganisationsModelInstance;
  readonly organisation: OrganisationView;
}

function Shown({ flow, organisation }: ShownProps): JSX.Element {
  return (
    <>
      <h2 class="panel-title">
        <Name>{organisation.name}</Name>
      </h2>
      <Facts facts={factsOf(organisation)} />
      {flow.mayChange.value && (
        <div class="panel-actions">
          <Button onClick={() => flow.openChange(organisation)} data-testid="change">
            {WORDS.change}
          </Button>
          {organisation.kind !== "station" && (
            <Button onClick={() => flow.openCreate(organisation)} data-testid="add-below">
              {WORDS.addBelow}
            </Button>
          )}
        </div>
      )}
    </>
  );
}

function factsOf(organisation: OrganisationView): Fact[] {
  const { kind, code, type, staffPhone, above, childCount } = organisation;
  return [
    [WORDS.field.kind, WORDS.kind[kind]],
    [WORDS.field.code, <span key="code" class="figures">{code}</span>],
    ...(type === null ? [] : [[WORDS.field.type, WORDS.type[type]] satisfies Fact]),
    [
      WORDS.field.staffPhone,
      staffPhone === null
        ? <span key="phone" class="soft">{WORDS.empty}</span>
        : <Name key="phone">{staffPhone}</Name>,
    ],
    [WORDS.field.above, above.map(({ name }) => name).join(" / ") || WORDS.top],
    [WORDS.field.below, WORDS.count(childCount)],
  ];
}
