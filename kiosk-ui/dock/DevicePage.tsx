import type { JSX } from "preact";
import { CabinetPart } from "./CabinetPart.tsx";
import type { Dock } from "./model.ts";
import { WORDS } from "./words.ts";

const PAPER = ["full", "low", "out"] as const;
const DEVICES = [
  "card_reader",
  "id_card_reader",
  "scanner",
  "receipt_printer",
  "pin_pad",
  "ups",
] as const;
const PAD_KEYS = ["enter", "cancel", "clear"] as const;
const DEMO_PIN = ["1", "2", "3", "4", "5", "6"] as const;
const LINES_TO_PAPER_OUT = 3;

export function DevicePage({ dock }: { readonly dock: Dock }): JSX.Element {
  const state = dock.state.value;
  const coverOpen = state?.printer.coverOpen ?? false;
  const networkOn = state?.network.on ?? true;
  return (
    <>
      <p class="dock-label">{WORDS.network}</p>
      <div class="dock-row">
        <button
          type="button"
          data-testid="dock-network"
          aria-pressed={networkOn}
          onClick={() => void dock.network(!networkOn)}
        >
          {networkOn ? WORDS.networkOff : WORDS.networkOn}
        </button>
      </div>
      <p class="dock-label">{WORDS.clock}</p>
      <div class="dock-row">
        {WORDS.jumps.map(([name, ms]) => (
          <button
            key={ms}
            type="button"
            data-testid={`dock-jump-${ms}`}
            onClick={() => void dock.jump(ms)}
          >
            {name}
          </button>
        ))}
      </div>
      <p class="dock-label">{WORDS.padKeys}</p>
      <div class="dock-row">
        <button
          type="button"
          data-testid="dock-type-pin"
          onClick={() => void dock.device({ do: "press_pad", keys: [...DEMO_PIN] })}
        >
          {WORDS.typePin}
        </button>
        {PAD_KEYS.map((key) => (
          <button
            key={key}
            type="button"
            data-testid={`dock-pad-${key}`}
            onClick={() => void dock.device({ do: "press_pad", keys: [key] })}
          >
            {WORDS.padKey[key]}
          </button>
        ))}
      </div>
      <p class="dock-label">{WORDS.printer}</p>
      <div class="dock-row">
        {PAPER.map((paper) => (
          <button
            key={paper}
            type="button"
            data-testid={`dock-paper-${paper}`}
            aria-pressed={state?.printer.paper === paper}
            onClick={() => void dock.device({ do: "set_paper", paper })}
          >
            {WORDS.paper[paper]}
          </button>
        ))}
        <button
          type="button"
          data-testid="dock-paper-lines"
          onClick={() => void dock.device({ do: "set_paper_lines", linesLeft: LINES_TO_PAPER_OUT })}
        >
          {WORDS.linesLeft}
        </button>
        <button
          type="button"
          data-testid="dock-cover"
          aria-pressed={coverOpen}
          onClick={() => void dock.device({ do: "set_cover", open: !coverOpen })}
        >
          {coverOpen ? WORDS.coverClose : WORDS.cover}
        </button>
      </div>
      <p class="dock-label">{WORDS.devices}</p>
      <div class="dock-row">
        {DEVICES.map((device) => {
          const online = state?.devices.find((each) => each.device === device)?.state !== "offline";
          return (
            <button
              key={device}
              type="button"
              data-testid={`dock-device-${device}`}
              aria-pressed={online}
              onClick={() => void dock.device({ do: "set_device", device, online: !online })}
            >
              {WORDS.device[device]}
            </button>
          );
        })}
      </div>
      <CabinetPart dock={dock} />
    </>
  );
}
