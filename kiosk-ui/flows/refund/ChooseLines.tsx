import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { AmountText } from "../../ui/AmountText.tsx";
import { pageOf, Pager, pagesOf } from "../../ui/Pager.tsx";
import { TickPicture } from "../../ui/Pictograms.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { type ChooseStep, LINES_PER_PAGE, type RefundFlow, valueOf } from "./model.ts";

interface ChooseLinesProps {
  readonly flow: RefundFlow;
  readonly step: ChooseStep;
}

/** All is chosen at first; taking a line out is a tap. */
export function ChooseLines({ flow, step }: ChooseLinesProps): JSX.Element {
  const { item, chosen, page } = step;
  const words = ZH.refund;
  return (
    <Screen
      step="refund.choose"
      title={words.chooseTitle}
      lead={item.wholeOnly ? words.wholeOnly : words.chooseLead}
      actions={{
        back: "back",
        primary: {
          testId: "refund-next",
          disabled: chosen.length === 0 && !item.wholeOnly,
          onPress: () => flow.next(),
          children: ZH.action.next,
        },
      }}
    >
      <div class="list-screen">
        <ul class="bills">
          {pageOf(item.lines, page, LINES_PER_PAGE).map((line) => {
            const isOpen = line.state === "open";
            const isChosen = isOpen && (item.wholeOnly || chosen.includes(line.place));
            return (
              <li key={line.place} class={isChosen ? "bill bill-chosen" : "bill"}>
                <button
                  type="button"
                  role="checkbox"
                  aria-checked={isChosen}
                  class="bill-choose"
                  data-testid="refund-line"
                  disabled={!isOpen || item.wholeOnly}
                  onClick={() => flow.toggle(line.place)}
                >
                  <span class="check">{isChosen && <TickPicture />}</span>
                  <span class="bill-words">
                    <span class="bill-title">{line.name}</span>
                    <span class="bill-from">
                      {line.state === "open"
                        ? words.quantity(line.quantity)
                        : words.line[line.state]}
                    </span>
                  </span>
                  <AmountText fen={line.amountFen} size="large" />
                </button>
              </li>
            );
          })}
        </ul>
        <Pager
          page={page}
          pages={pagesOf(item.lines, LINES_PER_PAGE)}
          onTurn={(next) => flow.turnTo(next)}
        />
        <div class="bill-total">
          <p>
            {words.value}
            <AmountText fen={valueOf(step)} size="large" testId="refund-value" />
          </p>
        </div>
      </div>
    </Screen>
  );
}
