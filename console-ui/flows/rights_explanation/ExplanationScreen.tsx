import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { sentFields } from "../../ui/form_data.ts";
import { Button } from "../../ui/library.ts";
import { Page } from "../../ui/Page.tsx";
import { FailedBox, LoadingBox } from "../../ui/StateBox.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { AccountField } from "../account_picker/AccountField.tsx";
import { OrganisationField } from "../organisation_tree/OrganisationField.tsx";
import { ExplanationView } from "./ExplanationView.tsx";
import type { ExplanationModelInstance } from "./model.ts";

const WORDS = ZH.explanation;
const ADDRESS_LENGTH_MAX = 64;

export function ExplanationScreen(
  { flow }: { readonly flow: ExplanationModelInstance },
): JSX.Element {
  const state = flow.state.value;
  return (
    <Page title={WORDS.title} lead={WORDS.lead} testId="rights-explanation">
      <form
        class="filters filters-wide"
        role="search"
        key={flow.address.value}
        onSubmit={(event) => flow.ask(sentFields(event))}
      >
        <AccountField picker={flow.accounts} label={WORDS.field.account} />
        <OrganisationField picker={flow.organisations} label={WORDS.field.organisation} />
        <TextField
          name="address"
          label={WORDS.field.address}
          value={flow.address.value}
          maxLength={ADDRESS_LENGTH_MAX}
        />
        <div class="filters-actions">
          <Button type="submit" appearance="primary" data-testid="explain">{WORDS.ask}</Button>
        </div>
      </form>
      {state.kind === "asking" && state.isIncomplete && <p role="alert">{WORDS.needBoth}</p>}
      {state.kind === "loading" && <LoadingBox />}
      {state.kind === "failed" && (
        <FailedBox
          refusal={state.refusal}
          onAgain={() => void flow.again()}
        />
      )}
      {state.kind === "explained" && (
        <ExplanationView
          flow={flow}
          explanation={state.explanation}
        />
      )}
    </Page>
  );
}
