import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { sentFields } from "../../ui/form_data.ts";
import { Button } from "../../ui/library.ts";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { StepTitle } from "../../ui/StepTitle.tsx";
import { FactorFields } from "../second_factor/FactorFields.tsx";
import type { SignInModelInstance, SignInStep } from "./model.ts";

interface SecondFactorFormProps {
  readonly flow: SignInModelInstance;
  readonly step: Extract<SignInStep, { kind: "second_factor" }>;
}

export function SecondFactorForm({ flow, step }: SecondFactorFormProps): JSX.Element {
  return (
    <form
      class="form"
      onSubmit={(event) => void flow.prove(sentFields(event)["code"] ?? "")}
      data-testid={`factor-${step.choice.chosen}`}
    >
      <StepTitle title={ZH.secondFactor.title} />
      <RefusalNote refusal={step.refusal} />
      <FactorFields
        choice={step.choice}
        refusal={step.refusal}
        onChoose={(factor) => void flow.choose(factor)}
        first
      />
      <Button type="submit" appearance="primary" size="lg" block loading={step.busy}>
        {ZH.secondFactor.check}
      </Button>
    </form>
  );
}
