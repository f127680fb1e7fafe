import type { JSX } from "preact";
import type { PolicyView, SecurityPolicy } from "../../../server/modules/access/policy/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button, Message } from "../../ui/library.ts";
import { sentFields } from "../../ui/form_data.ts";
import { SelectField } from "../../ui/SelectField.tsx";
import { TextField } from "../../ui/TextField.tsx";
import type { PoliciesModelInstance } from "./model.ts";
import { dutiesText } from "./policy_changes.ts";
import { type NumberField, type NumberGroup, NUMBERS, valuesOf } from "./policy_form.ts";

const WORDS = ZH.policies;
const WHY: Readonly<Record<string, string>> = WORDS.why;
const WORD_ROWS = 4;
const YES_NO = [["yes", WORDS.yes], ["no", WORDS.no]] as const;

interface PolicyFormProps {
  readonly flow: PoliciesModelInstance;
  readonly view: PolicyView;
}

export function PolicyForm({ flow, view: { policy } }: PolicyFormProps): JSX.Element {
  const refusal = flow.formRefusal.value;
  return (
    <form onSubmit={(event) => flow.lookOver(sentFields(event))} data-testid="policy-form">
      <fieldset class="bare" disabled={!flow.permissions.value.has("policy.change")}>
        <div class="panels">
          <Group name="password" policy={policy}>
            <TextField
              name="password.ownWords"
              label={WORDS.field["password.ownWords"]}
              hint={WORDS.ownWordsHint}
              value={policy.password.ownWords.join("\n")}
              rows={WORD_ROWS}
            />
          </Group>
          <Group name="session" policy={policy}>
            <SelectField
              name="session.endOnRightsChange"
              label={WORDS.field["session.endOnRightsChange"]}
              value={policy.session.endOnRightsChange ? "yes" : "no"}
              choices={YES_NO}
            />
          </Group>
          <Group name="lockout" policy={policy} />
          <Group name="retention" policy={policy} />
          <SecondFactor policy={policy} />
        </div>
      </fieldset>
      <div class="form-end">
        <div role="alert" data-testid="form-refusal">
          {refusal !== null && (
            <Message type={refusal === "unchanged" ? "info" : "error"} showIcon role="presentation">
              {WORDS[refusal]}
            </Message>
          )}
        </div>
        {flow.permissions.value.has("policy.change") && (
          <Button type="submit" appearance="primary" data-testid="review">{WORDS.review}</Button>
        )}
      </div>
    </form>
  );
}

interface GroupProps {
  readonly name: NumberGroup;
  readonly policy: SecurityPolicy;
  readonly children?: JSX.Element;
}

function Group({ name, policy, children }: GroupProps): JSX.Element {
  return (
    <section class="panel form">
      <h2 class="panel-title">{WORDS.groups[name]}</h2>
      {NUMBERS[name].map((field) => (
        <PolicyNumber key={field.name} field={field} value={valuesOf(policy)[field.name]} />
      ))}
      {children}
    </section>
  );
}

interface PolicyNumberProps {
  readonly field: NumberField;
  readonly value: number;
}

/** What is allowed and by which clause stands below the field. */
function PolicyNumber({ field: { name, min, max }, value }: PolicyNumberProps): JSX.Element {
  const hint = [WORDS.range(min, max), WHY[name]].filter((text) => text !== undefined);
  return (
    <TextField
      name={name}
      label={WORDS.field[name]}
      value={String(value)}
      hint={hint.join("；")}
      inputMode="numeric"
      pattern="\d{1,5}"
      required
    />
  );
}

function SecondFactor({ policy }: { readonly policy: SecurityPolicy }): JSX.Element {
  const { requiredFor } = policy.secondFactor;
  return (
    <section class="panel form">
      <h2 class="panel-title">{WORDS.groups.secondFactor}</h2>
      <p>
        {WORDS.field["secondFactor.requiredFor"]}：{dutiesText(requiredFor)}
      </p>
      <p class="field-hint">{WORDS.why["secondFactor.requiredFor"]}</p>
      <SelectField
        name="secondFactor.business"
        label={WORDS.business}
        value={requiredFor.includes("business") ? "yes" : "no"}
        choices={YES_NO}
      />
    </section>
  );
}
