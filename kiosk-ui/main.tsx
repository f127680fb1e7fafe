import { effect } from "@preact/signals";
import { render } from "preact";
import { applyAccent } from "./design/accent.ts";
import { KioskScreen } from "./flows/kiosk/KioskScreen.tsx";
import { KioskModel } from "./flows/kiosk/model.ts";
import { localTerminal } from "./local_terminal.ts";
import { beatScreen } from "./screen_beat.ts";
import { browserTimers } from "./timers.ts";

const token = written("kiosk-token") ?? "";
const settings = written("kiosk-settings");
const port = localTerminal({ token, origin: location.origin });
const timers = browserTimers();
const kiosk = new KioskModel({
  port,
  timers,
  known: settings === null ? null : JSON.parse(settings),
});

// Before the press itself, so that the press is never lost to the idle screen it ends.
addEventListener("pointerdown", (event) => {
  // The warning's own buttons go away with it before they are pressed, unless left to themselves.
  const target = event.target instanceof Element ? event.target : null;
  if (!target?.closest("#dock, [data-overlay=idle] button")) kiosk.touched();
  document.documentElement.classList.remove("keyboard");
}, { capture: true });
addEventListener("keydown", () => {
  kiosk.touched();
  document.documentElement.classList.add("keyboard");
}, { capture: true });
addEventListener("contextmenu", (event) => event.preventDefault());

effect(() => applyAccent(document.documentElement, kiosk.settings.value?.brand.accent ?? null));
effect(() => {
  if (kiosk.dev.value) loadDock();
});

const root = document.getElementById("app");
if (root) render(<KioskScreen kiosk={kiosk} />, root);
void kiosk.start();
beatScreen({
  timers,
  beforeFrame: (run) => requestAnimationFrame(run),
  send: () => void port.beat({ width: innerWidth, height: innerHeight }),
});

/** A file of its own, so that patients' screens never carry it. */
function loadDock(): void {
  if (document.getElementById("dock-script")) return;
  const script = document.createElement("script");
  script.id = "dock-script";
  script.type = "module";
  script.src = "/dock.js";
  document.head.append(script);
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = "/dock.css";
  document.head.append(style);
}

/** What the terminal process wrote into the page. */
function written(name: string): string | null {
  return document.querySelector<HTMLMetaElement>(`meta[name=${name}]`)?.content ?? null;
}
