import type { JSX } from "preact";
import type { Quote } from "../../../server/modules/checkout/contract.ts";
import { problemText } from "../../i18n/problems.ts";
import { ZH } from "../../i18n/zh.ts";
import { AmountText } from "../../ui/AmountText.tsx";
import { Screen } from "../../ui/Screen.tsx";
import type { OrderFlow } from "./model.ts";
import type { OrderStep } from "./step.ts";

interface ConfirmAgainScreenProps {
  readonly flow: OrderFlow;
  readonly step: Extract<OrderStep, { kind: "confirm_again" }>;
}

type Part = "totalFen" | "fundFen" | "accountFen" | "cashFen";

/** Settled amounts are not the presettled ones: both, side by side, before any cash is taken. */
export function ConfirmAgainScreen({ flow, step }: ConfirmAgainScreenProps): JSX.Element {
  const { quote, before, sending, trouble } = step;
  const words = ZH.order.again;
  return (
    <Screen
      step="order.confirm_again"
      title={words.title}
      lead={words.lead}
      progress={2}
      actions={{
        back: { name: words.refuse, onPress: () => void flow.cancel() },
        primary: {
          testId: "order-confirm",
          busy: sending,
          onPress: () => void flow.confirm(),
          children: words.agree,
        },
      }}
    >
      <div class="list-screen">
        {trouble !== null && <p class="banner banner-wait" role="alert">{problemText(trouble)}</p>}
        <table class="compare">
          <thead>
            <tr>
              <td />
              {before && <th scope="col">{words.before}</th>}
              <th scope="col">{words.after}</th>
            </tr>
          </thead>
          <tbody>
            <Row name={ZH.order.confirm.total} part="totalFen" quote={quote} before={before} />
            <Row name={ZH.order.confirm.fund} part="fundFen" quote={quote} before={before} />
            <Row name={ZH.order.confirm.account} part="accountFen" quote={quote} before={before} />
            <Row name={ZH.order.confirm.cash} part="cashFen" quote={quote} before={before} />
          </tbody>
        </table>
      </div>
    </Screen>
  );
}

interface RowProps {
  readonly name: string;
  readonly part: Part;
  readonly quote: Quote;
  readonly before: Quote | null;
}

function Row({ name, part, quote, before }: RowProps): JSX.Element {
  const changed = before !== null && before[part] !== quote[part];
  return (
    <tr class={`${changed ? "changed" : ""}${part === "cashFen" ? " compare-cash" : ""}`}>
      <th scope="row">{name}</th>
      {before && (
        <td>
          <AmountText fen={before[part]} size="large" testId={`before-${part}`} />
        </td>
      )}
      <td>
        <AmountText fen={quote[part]} size="large" testId={`after-${part}`} />
      </td>
    </tr>
  );
}
