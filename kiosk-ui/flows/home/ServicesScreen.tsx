import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { Screen } from "../../ui/Screen.tsx";
import type { PatientSession } from "../flow.ts";
import { ServiceTiles } from "./ServiceTiles.tsx";

export function ServicesScreen({ session }: { readonly session: PatientSession }): JSX.Element {
  const { settings } = useKiosk();
  return (
    <Screen
      step="services"
      title={ZH.services.title(session.patient.maskedName)}
      lead={ZH.services.lead}
      actions={{ back: "leave" }}
    >
      <div class="home">
        <ServiceTiles services={settings.value?.services ?? []} />
      </div>
    </Screen>
  );
}
