import type { JSX } from "preact";
import type { Quote } from "../../../server/modules/checkout/contract.ts";
import { yuan } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { AmountText } from "../../ui/AmountText.tsx";

/** Fund, personal account and cash as figures of one sum, the patient's own part largest. */
export function QuoteFigures(
  { quote, selfPay }: { readonly quote: Quote; readonly selfPay: boolean },
): JSX.Element {
  const words = ZH.order.confirm;
  const relativeFen = quote.relativeFen ?? "0";
  const isLent = BigInt(relativeFen) !== 0n;
  const nothing = BigInt(quote.cashFen) === 0n;
  return (
    <div class="quote">
      <dl class="quote-parts">
        <Part name={words.total} fen={quote.totalFen} testId="quote-total" />
        {!selfPay && (
          <Part name={words.fund} hint={words.fundHint} fen={quote.fundFen} testId="quote-fund" />
        )}
        {!selfPay && (
          <Part
            name={words.account}
            hint={isLent ? words.lent(yuan(relativeFen)) : words.accountHint}
            fen={quote.accountFen}
            testId="quote-account"
          />
        )}
        {BigInt(quote.otherFen) !== 0n && (
          <Part name={words.other} fen={quote.otherFen} testId="quote-other" />
        )}
      </dl>
      <div class="quote-cash">
        <p>
          <span class="quote-cash-name">{words.cash}</span>
          <span>{nothing ? words.cashNothing : words.cashHint}</span>
        </p>
        <AmountText fen={quote.cashFen} size="huge" testId="quote-cash" />
      </div>
    </div>
  );
}

interface PartProps {
  readonly name: string;
  readonly hint?: string;
  readonly fen: string;
  readonly testId: string;
}

function Part({ name, hint, fen, testId }: PartProps): JSX.Element {
  return (
    <div class="quote-part">
      <dt>
        {name}
        {hint && <span class="quote-hint">{hint}</span>}
      </dt>
      <dd>
        <AmountText fen={fen} size="large" testId={testId} />
      </dd>
    </div>
  );
}
