import type { JSX } from "preact";
import { yuan } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { AmountText } from "../../ui/AmountText.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { canHaveBack, type InpatientFlow } from "./model.ts";
import type { Stay } from "./step.ts";

const WORDS = ZH.inpatient;

interface StayScreenProps {
  readonly flow: InpatientFlow;
  readonly stay: Stay;
}

/** Whose stay it is, what is left, and the one thing to do: pay in, or have the rest back. */
export function StayScreen({ flow, stay }: StayScreenProps): JSX.Element {
  const { topUp, discharge } = stay;
  return (
    <Screen
      step={discharge ? "inpatient.discharge" : "inpatient.stay"}
      title={discharge ? WORDS.dischargeTitle : WORDS.title}
      lead={leadOf(stay)}
      actions={{
        back: "back",
        primary: canHaveBack(stay)
          ? { testId: "discharge-ask", onPress: () => flow.askBack(), children: WORDS.askBack }
          : undefined,
      }}
    >
      <div class="list-screen">
        <dl class="facts">
          <dt>{WORDS.admission}</dt>
          <dd>{stay.maskedAdmissionNumber}</dd>
          <dt>{WORDS.place}</dt>
          <dd>{[stay.ward, stay.bed].filter(Boolean).join(" ")}</dd>
          <dt>{WORDS.balance}</dt>
          <dd data-testid="balance">
            {stay.balanceFen.startsWith("-")
              ? WORDS.owes(yuan(stay.balanceFen.slice(1)))
              : WORDS.yuan(yuan(stay.balanceFen))}
          </dd>
        </dl>
        {topUp && topUp.choices.length > 0 && <Choices flow={flow} topUp={topUp} />}
        {discharge && <Due discharge={discharge} />}
      </div>
    </Screen>
  );
}

function leadOf({ topUp, discharge, state }: Stay): string {
  if (discharge) {
    const [bar] = discharge.bars;
    return bar ? WORDS.bars[bar] : WORDS.dischargeLead;
  }
  if (topUp && (topUp.choices.length > 0 || topUp.typed)) return WORDS.lead;
  return state === "admitted" ? WORDS.noTopUp : WORDS.notSettled;
}

interface ChoicesProps {
  readonly flow: InpatientFlow;
  readonly topUp: NonNullable<Stay["topUp"]>;
}

function Choices({ flow, topUp }: ChoicesProps): JSX.Element {
  return (
    <div class="amounts">
      {topUp.choices.map(({ id, amountFen, suggested }) => (
        <button
          key={id}
          type="button"
          class="way"
          data-testid="deposit-choice"
          data-choice={id}
          onClick={() => flow.choose(id)}
        >
          <span class="way-name">
            <AmountText fen={amountFen} />
          </span>
          {suggested && <span class="way-lead">{WORDS.suggested}</span>}
        </button>
      ))}
      {topUp.typed && (
        <button
          type="button"
          class="way"
          data-testid="deposit-type"
          onClick={() => flow.type()}
        >
          <span class="way-name">{WORDS.otherAmount}</span>
        </button>
      )}
    </div>
  );
}

function Due({ discharge }: { readonly discharge: NonNullable<Stay["discharge"]> }): JSX.Element {
  return (
    <p class="to-pay">
      {WORDS.due}
      <AmountText fen={discharge.dueFen} size="huge" testId="due" />
    </p>
  );
}
