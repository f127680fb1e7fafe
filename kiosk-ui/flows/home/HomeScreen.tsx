import type { JSX } from "preact";
import type { ServiceState } from "../../../server/modules/settings/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { Button } from "../../ui/Button.tsx";
import {
  CardPicture,
  CodePicture,
  IdCardPicture,
  NetworkPicture,
  ReturnPicture,
} from "../../ui/Pictograms.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { isPowerLow } from "../kiosk/board.ts";
import { ServiceTiles } from "./ServiceTiles.tsx";

export function HomeScreen(): JSX.Element {
  const kiosk = useKiosk();
  const settings = kiosk.settings.value;
  const { connection } = kiosk.board.value;
  const offline = connection === "unreachable";
  const powerLow = isPowerLow(kiosk.board.value);
  const services: readonly ServiceState[] = settings?.services ?? [];
  return (
    <Screen
      step="home"
      title={ZH.home.title}
      actions={{ note: settings && ZH.home.phone(settings.institution.staffPhone) }}
    >
      <div class="home">
        {offline && (
          <p class="banner banner-bad" role="status" data-testid="offline">
            <NetworkPicture />
            {ZH.home.offline}
          </p>
        )}
        {powerLow && (
          <p class="banner banner-bad" role="status" data-testid="power-low">
            {ZH.home.batteryLow}
          </p>
        )}
        {/* While the line comes back, orders in flight are asked about first. */}
        <ServiceTiles services={services} disabled={connection !== "connected" || powerLow} />
        {connection === "connected" && !powerLow && (
          <div class="other-ways">
            <Button testId="service-refund" picture={<ReturnPicture />} onPress={kiosk.refunds}>
              {ZH.refund.open}
            </Button>
          </div>
        )}
        {!offline && !powerLow && (
          <div class="home-ways">
            <div class="home-pictures">
              <CardPicture />
              <IdCardPicture />
              <CodePicture />
            </div>
            <p>{ZH.home.ways}</p>
          </div>
        )}
      </div>
    </Screen>
  );
}
