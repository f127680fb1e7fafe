import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { CardPicture, CodePicture, FacePicture, IdCardPicture } from "../../ui/Pictograms.tsx";
import { type DeviceBoard, deviceWorks } from "../kiosk/board.ts";
import type { Way } from "./model.ts";

const WAYS: readonly Way[] = ["card", "id_card", "code", "face"];

/** A kiosk without an insurance terminal does not speak of faces. */
export function waysOf(board: DeviceBoard): readonly Way[] {
  const hasCamera = board.devices.some(({ device }) => device === "insurance_terminal");
  return WAYS.filter((way) => way !== "face" || hasCamera);
}

const DEVICE_OF_WAY: Readonly<Record<Way, keyof typeof ZH.header.deviceDown>> = {
  card: "card_reader",
  id_card: "id_card_reader",
  code: "scanner",
  face: "insurance_terminal",
};

/** A device that is down takes its way off, and says so. */
export function WayTiles({ onChoose }: { readonly onChoose: (way: Way) => void }): JSX.Element {
  const { board } = useKiosk();
  const ways = waysOf(board.value);
  return (
    <div class={ways.length > 3 ? "ways ways-many" : "ways"}>
      {ways.map((way) => {
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
  if (way === "face") return <FacePicture />;
  return way === "id_card" ? <IdCardPicture /> : <CodePicture />;
}
