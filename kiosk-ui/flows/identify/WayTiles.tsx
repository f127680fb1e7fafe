import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { CardPicture, CodePicture, IdCardPicture } from "../../ui/Pictograms.tsx";
import { deviceWorks } from "../kiosk/board.ts";
import type { Way } from "./model.ts";

export const WAYS: readonly Way[] = ["card", "id_card", "code"];

const DEVICE_OF_WAY: Readonly<Record<Way, "card_reader" | "id_card_reader" | "scanner">> = {
  card: "card_reader",
  id_card: "id_card_reader",
  code: "scanner",
};

/** A device that is down takes its way off, and says so. */
export function WayTiles({ onChoose }: { readonly onChoose: (way: Way) => void }): JSX.Element {
  const { board } = useKiosk();
  return (
    <div class="ways">
      {WAYS.map((way) => {
        const works = deviceWorks(board.value, DEVICE_OF_WAY[way]);
        return (
          <button
            key={way}
            type="button"
            class="way"
            data-testid={`way-${way}`}
            disabled={!works}
            onClick={() => onChoose(way)}
          >
            <span class="way-picture">{pictureOf(way)}</span>
            <span class="way-words">
              <span class="way-name">{ZH.identify.way[way].name}</span>
              <span class="way-lead">
                {works ? ZH.identify.way[way].lead : ZH.header.deviceDown[DEVICE_OF_WAY[way]]}
              </span>
            </span>
          </button>
        );
      })}
    </div>
  );
}

export function pictureOf(way: Way): JSX.Element {
  if (way === "card") return <CardPicture />;
  return way === "id_card" ? <IdCardPicture /> : <CodePicture />;
}
