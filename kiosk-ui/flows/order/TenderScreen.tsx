import type { JSX } from "preact";
import { problemText } from "../../i18n/problems.ts";
import { ZH } from "../../i18n/zh.ts";
import { AmountText } from "../../ui/AmountText.tsx";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { CodePicture, ShowCodePicture } from "../../ui/Pictograms.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { deviceWorks } from "../kiosk/board.ts";
import type { OrderFlow } from "./model.ts";
import type { OrderStep } from "./step.ts";

interface TenderScreenProps {
  readonly flow: OrderFlow;
  readonly step: Extract<OrderStep, { kind: "choose_tender" }>;
}

export function TenderScreen({ flow, step }: TenderScreenProps): JSX.Element {
  const { settings, board } = useKiosk();
  const { quote, order, sending, trouble, refused } = step;
  const words = ZH.order.tender;
  const modes = settings.value?.tenderModes ?? [];
  const problem = trouble === null ? (refused ? words.refused : null) : problemText(trouble);
  return (
    <Screen
      step="order.choose_tender"
      title={words.title}
      progress={3}
      actions={order.cancellable ? { back: "back" } : {}}
    >
      <div class="list-screen">
        {problem !== null && (
          <p class="banner banner-wait" role="alert" data-testid="tender-refused">{problem}</p>
        )}
        <p class="to-pay">
          {words.amount}
          <AmountText fen={quote.cashFen} size="huge" testId="to-pay" />
        </p>
        <div class="ways ways-two">
          {modes.map((mode) => {
            const scan = mode === "scan_code";
            const works = !scan || deviceWorks(board.value, "scanner");
            return (
              <button
                key={mode}
                type="button"
                class="way"
                data-testid={`tender-${mode}`}
                disabled={sending || !works}
                onClick={() => scan ? flow.scanCode() : void flow.showCode()}
              >
                <span class="way-picture">{scan ? <CodePicture /> : <ShowCodePicture />}</span>
                <span class="way-words">
                  <span class="way-name">{words[mode].name}</span>
                  <span class="way-lead">
                    {works ? words[mode].lead : ZH.header.deviceDown.scanner}
                  </span>
                </span>
              </button>
            );
          })}
        </div>
      </div>
    </Screen>
  );
}
