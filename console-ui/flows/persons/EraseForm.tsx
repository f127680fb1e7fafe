import type { JSX } from "preact";
import type { PersonView } from "../../../server/modules/identity/persons/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { FormActions } from "../../ui/FormActions.tsx";
import { sentFields } from "../../ui/form_data.ts";
import { Name } from "../../ui/Name.tsx";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { TextField } from "../../ui/TextField.tsx";
import type { PersonsModelInstance } from "./model.ts";
import { ReasonField } from "./ReasonField.tsx";

const WORDS = ZH.persons.erase;
const LAST_FOUR = 4;

interface EraseFormProps {
  readonly flow: PersonsModelInstance;
  readonly person: PersonView;
}

export function EraseForm({ flow, person }: EraseFormProps): JSX.Element {
  function send(event: Event): void {
    const { reason = "", lastFour = "" } = sentFields(event);
    void flow.deeds.erase(reason, lastFour);
  }
  return (
    <form class="form" autoComplete="off" onSubmit={send}>
      <p>{WORDS.lead}</p>
      <p>
        <strong>
          <Name>{`${person.maskedName}　${person.maskedIdNumber}`}</Name>
        </strong>
      </p>
      <RefusalNote refusal={flow.sending.refusal.value} />
      <div class="two-lists">
        <List title={WORDS.goesTitle} lines={WORDS.goes} />
        <List title={WORDS.staysTitle} lines={WORDS.stays} />
      </div>
      <ReasonField />
      <TextField
        name="lastFour"
        label={WORDS.typed}
        hint={WORDS.typedHint}
        minLength={LAST_FOUR}
        maxLength={LAST_FOUR}
        autoComplete="off"
        required
      />
      <FormActions
        send={WORDS.send}
        busy={flow.sending.busy.value}
        onCancel={() => flow.deeds.close()}
        danger
      />
    </form>
  );
}

interface ListProps {
  readonly title: string;
  readonly lines: readonly string[];
}

function List({ title, lines }: ListProps): JSX.Element {
  return (
    <section>
      <h3 class="field-label">{title}</h3>
      <ul class="rules">
        {lines.map((line) => <li key={line}>{line}</li>)}
      </ul>
    </section>
  );
}
