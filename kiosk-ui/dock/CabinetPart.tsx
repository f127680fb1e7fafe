import type { ComponentChildren, JSX } from "preact";
import type { DevTrouble } from "../../terminal/dev_contract.ts";
import type { Dock } from "./model.ts";
import { WORDS } from "./words.ts";

const SUPPLIES = ["mains", "battery", "battery_low"] as const;
const JAMS = ["loose", "stuck"] as const;
const LIBRARY_STATES = ["sound", "slow", "hang", "crash"] as const;

/** What befalls the cabinet and what is inside of it. */
export function CabinetPart({ dock }: { readonly dock: Dock }): JSX.Element | null {
  const cabinet = dock.state.value?.cabinet;
  if (!cabinet) return null;
  const { doorOpen, supply, padTampered, jam, binFull, library } = cabinet;
  return (
    <>
      <Row label={WORDS.door}>
        <Act dock={dock} id="door" pressed={doorOpen} does={{ do: "set_door", open: !doorOpen }}>
          {doorOpen ? WORDS.doorClose : WORDS.doorOpen}
        </Act>
        <Act dock={dock} id="knock" does={{ do: "knock" }}>{WORDS.knock}</Act>
      </Row>
      <Row label={WORDS.power}>
        {SUPPLIES.map((each) => (
          <Act
            key={each}
            dock={dock}
            id={`supply-${each}`}
            pressed={supply === each}
            does={{ do: "set_supply", supply: each }}
          >
            {WORDS.supply[each]}
          </Act>
        ))}
      </Row>
      <Row label={WORDS.pinPad}>
        <Act
          dock={dock}
          id="tamper"
          pressed={padTampered}
          does={{ do: "set_tamper", tampered: !padTampered }}
        >
          {padTampered ? WORDS.repair : WORDS.tamper}
        </Act>
      </Row>
      <Row label={WORDS.cardReader}>
        {JAMS.map((each) => (
          <Act
            key={each}
            dock={dock}
            id={`jam-${each}`}
            pressed={jam === each}
            does={{ do: "set_jam", jam: jam === each ? null : each }}
          >
            {jam === each ? WORDS.free : WORDS.jam[each]}
          </Act>
        ))}
        <Act dock={dock} id="bin" pressed={binFull} does={{ do: "set_bin", full: !binFull }}>
          {binFull ? WORDS.binEmpty : WORDS.binFull}
        </Act>
      </Row>
      <Row label={WORDS.library}>
        {library === null ? <p class="dock-note">{WORDS.noLibrary}</p> : LIBRARY_STATES.map((
          each,
        ) => (
          <Act
            key={each}
            dock={dock}
            id={`library-${each}`}
            pressed={library === each}
            does={{ do: "set_library", library: each }}
          >
            {WORDS.libraryState[each]}
          </Act>
        ))}
      </Row>
    </>
  );
}

interface RowProps {
  readonly label: string;
  readonly children: ComponentChildren;
}

function Row({ label, children }: RowProps): JSX.Element {
  return (
    <>
      <p class="dock-label">{label}</p>
      <div class="dock-row">{children}</div>
    </>
  );
}

interface ActProps {
  readonly dock: Dock;
  readonly id: string;
  readonly does: DevTrouble;
  readonly pressed?: boolean;
  readonly children: ComponentChildren;
}

function Act({ dock, id, does, pressed = false, children }: ActProps): JSX.Element {
  return (
    <button
      type="button"
      data-testid={`dock-${id}`}
      aria-pressed={pressed}
      onClick={() => void dock.device(does)}
    >
      {children}
    </button>
  );
}
