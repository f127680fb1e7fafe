import type { JSX } from "preact";
import type { Service, ServiceState } from "../../../server/modules/settings/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { ForwardPicture, PayPicture, RegisterPicture } from "../../ui/Pictograms.tsx";

interface ServiceTilesProps {
  readonly services: readonly ServiceState[];
  readonly disabled?: boolean;
}

export function ServiceTiles({ services, disabled = false }: ServiceTilesProps): JSX.Element {
  const kiosk = useKiosk();
  return (
    <div class="tiles">
      {services.map(({ service, open, reason }) => (
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
              {open || reason === null ? ZH.service[service].lead : ZH.service.closed[reason]}
            </span>
          </span>
          <ForwardPicture />
        </button>
      ))}
    </div>
  );
}

function pictureOf(service: Service): JSX.Element {
  return service === "pay" ? <PayPicture /> : <RegisterPicture />;
}
