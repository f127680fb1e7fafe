import type { JSX } from "preact";
import { problemText } from "../../i18n/problems.ts";
import { ZH } from "../../i18n/zh.ts";
import { AmountText } from "../../ui/AmountText.tsx";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { CardPicture, CodePicture, PayPicture, ShowCodePicture } from "../../ui/Pictograms.tsx";
import { Phrases } from "../../ui/Phrases.tsx";
import { Screen } from "../../ui/Screen.tsx";
import type { OrderFlow } from "./model.ts";
import type { OrderStep } from "./step.ts";
import { type TenderWay, tenderWays } from "./tender_ways.ts";

interface TenderScreenProps {
  readonly flow: OrderFlow;
  readonly step: Extract<OrderStep, { kind: "choose_tender" }>;
}

export function TenderScreen({ flow, step }: TenderScreenProps): JSX.Element {
  const { settings, board, hidden } = useKiosk();
  const { quote, order, sending, trouble, refused } = step;
  const words = ZH.order.tender;
  const { tenderModes = [] } = settings.value ?? {};
  const { settlement } = order;
  const ways = tenderWays({ tenderModes, settlement }, board.value, hidden.value);
  const code = trouble ?? refused;
  const problem = code === null ? null : problemText(code);
  return (
    <Screen
      step="order.choose_tender"
      title={words.title}
      progress={3}
      actions={order.cancellable ? { back: "back" } : {}}
    >
      <div class="list-screen">
        {problem !== null && (
          <p class="banner banner-wait" role="alert" data-testid="tender-refused">
            <span>
              <Phrases text={problem} />
            </span>
          </p>
        )}
        <p class="to-pay">
          {words.amount}
          <AmountText fen={quote.cashFen} size="huge" testId="to-pay" />
        </p>
        <div
          class={ways.length > 3
            ? "ways ways-many ways-dense"
            : ways.length > 2
            ? "ways ways-many"
            : "ways ways-two"}
        >
          {ways.map(({ way, down }) => (
            <button
              key={way}
              type="button"
              class="way"
              data-testid={`tender-${way}`}
              disabled={sending || down !== null}
              onClick={() => choose(flow, way)}
            >
              <span class="way-picture">{pictureOf(way)}</span>
              <span class="way-words">
                <span class="way-name">{words[way].name}</span>
                <span class="way-lead">
                  <Phrases
                    text={down === null ? words[way].lead : ZH.header.deviceDown[down]}
                  />
                </span>
              </span>
            </button>
          ))}
        </div>
      </div>
    </Screen>
  );
}

function choose(flow: OrderFlow, way: TenderWay): void {
  switch (way) {
    case "show_code":
      return void flow.showCode();
    case "scan_code":
      return flow.scanCode();
    case "card":
      return void flow.payByCard();
    case "medical_mix":
      return void flow.payAtCentre();
    case "one_code":
      return void flow.showOneCode();
  }
}

function pictureOf(way: TenderWay): JSX.Element {
  switch (way) {
    case "one_code":
    case "show_code":
      return <ShowCodePicture />;
    case "scan_code":
      return <CodePicture />;
    case "card":
      return <CardPicture />;
    case "medical_mix":
      return <PayPicture />;
  }
}
