import { render } from "preact";
import { KioskScreen } from "../flows/kiosk/KioskScreen.tsx";
import { KioskModel, type KioskModelInstance } from "../flows/kiosk/model.ts";
import { manualTimers } from "../testing/manual_timers.ts";
import { START_MS } from "../testing/people.ts";
import { scriptedTerminal } from "../testing/scripted_terminal.ts";
import { SCENES } from "./scenes.ts";
import { GOOD_TERMINAL, openStage } from "./stage.ts";

/** Draws the scene named in the address, with time standing still. */
async function draw(root: HTMLElement): Promise<KioskModelInstance> {
  const terminal = scriptedTerminal(GOOD_TERMINAL);
  const timers = manualTimers(START_MS);
  const kiosk = new KioskModel({ port: terminal, timers });
  render(<KioskScreen key={location.hash} kiosk={kiosk} />, root);
  const name = location.hash.slice(1);
  await openStage({ kiosk, terminal, timers });
  await SCENES[name]?.({ kiosk, terminal, timers });
  // Two frames: the screens are drawn in the first.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      document.documentElement.dataset["ready"] = name;
    })
  );
  return kiosk;
}

const root = document.getElementById("app");
if (root) {
  let drawn = draw(root);
  addEventListener("hashchange", () => {
    const last = drawn;
    drawn = last.then((kiosk) => {
      kiosk[Symbol.dispose]();
      return draw(root);
    });
  });
}
