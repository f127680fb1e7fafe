import { render } from "preact";
import { KioskScreen } from "../flows/kiosk/KioskScreen.tsx";
import { KioskModel } from "../flows/kiosk/model.ts";
import { manualTimers } from "../testing/manual_timers.ts";
import { START_MS } from "../testing/people.ts";
import { scriptedTerminal } from "../testing/scripted_terminal.ts";
import { GOOD_TERMINAL, openStage, SCENES } from "./scenes.ts";

/** Draws the scene named in the address, with time standing still. */
async function draw(): Promise<void> {
  const terminal = scriptedTerminal(GOOD_TERMINAL);
  const timers = manualTimers(START_MS);
  const kiosk = new KioskModel({ port: terminal, timers });
  const root = document.getElementById("app");
  if (root) render(<KioskScreen kiosk={kiosk} />, root);
  const name = location.hash.slice(1);
  if (name !== "starting") await openStage({ kiosk, terminal, timers });
  await SCENES[name]?.({ kiosk, terminal, timers });
  addEventListener("pointerdown", () => kiosk.touched(), { capture: true });
  document.documentElement.dataset["ready"] = name;
}

void draw();
