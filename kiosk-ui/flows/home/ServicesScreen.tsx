import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/Button.tsx";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { ReturnPicture } from "../../ui/Pictograms.tsx";
import { Screen } from "../../ui/Screen.tsx";
import type { PatientSession } from "../flow.ts";
import { ServiceTiles } from "./ServiceTiles.tsx";

export function ServicesScreen({ session }: { readonly session: PatientSession }): JSX.Element {
  const kiosk = useKiosk();
  const { settings } = kiosk;
  return (
    <Screen
      step="services"
      title={ZH.services.title(session.patient.maskedName)}
      lead={ZH.services.lead}
      actions={{ back: "leave" }}
    >
      <div class="home">
        <ServiceTiles services={settings.value?.services ?? []} />
        <div class="other-ways">
          <Button testId="service-refund" picture={<ReturnPicture />} onPress={kiosk.refunds}>
            {ZH.refund.open}
          </Button>
        </div>
      </div>
    </Screen>
  );
}
