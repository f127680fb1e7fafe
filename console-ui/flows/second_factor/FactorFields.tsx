import type { JSX } from "preact";
import type { Refusal } from "../../api/answer.ts";
import { ZH } from "../../i18n/zh.ts";
import { LoadingBox } from "../../ui/StateBox.tsx";
import { TextField } from "../../ui/TextField.tsx";
import type { FactorChoice, SecondFactor } from "./factor.ts";

const WORDS = ZH.secondFactor;

interface FactorFieldsProps {
  readonly choice: FactorChoice;
  readonly refusal: Refusal | null;
  readonly onChoose: (factor: SecondFactor) => void;
  /** The field is the first of its form. */
  readonly first: boolean;
}

/** Where a second factor is typed in, as the field `code`, and the way to another one. */
export function FactorFields(props: FactorFieldsProps): JSX.Element {
  const { choice: { chosen, options, challenge }, refusal, onChoose, first } = props;
  return (
    <>
      <p>{WORDS.lead[chosen]}</p>
      {chosen === "certificate" && !challenge && !refusal && <LoadingBox />}
      {challenge && (
        <div class="field">
          <p class="field-label">{WORDS.challenge}</p>
          <p class="challenge" data-testid="challenge">{challenge.text}</p>
          <p class="field-hint">{WORDS.challengeHint}</p>
        </div>
      )}
      <CodeField key={chosen} chosen={chosen} first={first} />
      {options.length > 1 && (
        <p class="row">
          <span>{WORDS.other}</span>
          {options.filter((option) => option !== chosen).map((option) => (
            <button
              key={option}
              type="button"
              class="text-button"
              onClick={() => onChoose(option)}
              data-testid={`choose-${option}`}
            >
              {WORDS.way[option]}
            </button>
          ))}
        </p>
      )}
    </>
  );
}

interface CodeFieldProps {
  readonly chosen: SecondFactor;
  readonly first: boolean;
}

function CodeField({ chosen, first }: CodeFieldProps): JSX.Element {
  const shared = { name: "code", label: WORDS.field[chosen], required: true, autoFocus: first };
  switch (chosen) {
    case "certificate":
      return <TextField {...shared} rows={3} />;
    case "recovery_code":
      return <TextField {...shared} autoComplete="off" maxLength={32} />;
    case "totp":
      return (
        <TextField {...shared} inputMode="numeric" autoComplete="one-time-code" maxLength={6} />
      );
  }
}
