import type { JSX } from "preact";
import type { Service, ServiceState } from "../../../server/modules/settings/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { ForwardPicture, PayPicture, RegisterPicture, WardPicture } from "../../ui/Pictograms.tsx";

interface ServiceTilesProps {
  readonly services: readonly ServiceState[];
  readonly disabled?: boolean;
}

export function ServiceTiles({ services, disabled = false }: ServiceTilesProps): JSX.Element {
  const kiosk = useKiosk();
  const offered = services.filter(isOffered);
  return (
    <div class={offered.length > 2 ? "tiles tiles-three" : "tiles"}>
      {offered.map(({ service, open, reason, text }) => (
        <button
          key={service}
          type="button"
          class="tile"
          data-testid={`service-${service}`}
          disabled={disabled || !open}
          onClick={() => kiosk.choose(service)}
        >
          <span class="tile-picture">{pictureOf(service)}</span>
          <span class="tile-words">
            <span class="tile-name">{ZH.service[service].name}</span>
            <span class="tile-lead">
              {open || reason === null
                ? ZH.service[service].lead
                : text ?? ZH.service.closed[reason]}
            </span>
          </span>
          <ForwardPicture />
        </button>
      ))}
    </div>
  );
}

/** Most institutions have no wards: there stays are no business that is closed, but none at all. */
function isOffered({ service, reason }: ServiceState): boolean {
  return service !== "inpatient" || reason !== "closed_here";
}

function pictureOf(service: Service): JSX.Element {
  switch (service) {
    case "pay":
      return <PayPicture />;
    case "register":
      return <RegisterPicture />;
    case "inpatient":
      return <WardPicture />;
  }
}
