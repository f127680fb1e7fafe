import { effect } from "@preact/signals";
import { render } from "preact";
import { DockPanel } from "./Dock.tsx";
import { dockPort } from "./dock_port.ts";
import { DockModel } from "./model.ts";

/** Narrower windows need their width for the screen itself. */
const OPEN_FROM_PX = 1500;

const token = document.querySelector<HTMLMetaElement>("meta[name=kiosk-token]")?.content ?? "";
const dock = new DockModel({
  port: dockPort(token),
  openAtStart: innerWidth >= OPEN_FROM_PX && innerWidth > innerHeight,
  codeOnScreen: () =>
    document.querySelector<SVGElement>("#app [data-testid=qr]")?.dataset["code"] ?? null,
});

const root = document.createElement("div");
root.id = "dock";
document.body.append(root);
effect(() => void document.documentElement.classList.toggle("dock-open", dock.open.value));
render(<DockPanel dock={dock} sandboxUrl={sandboxUrl()} />, root);
void dock.start();

/** `yikatong dev` gives the sandbox the port after the terminal's. */
function sandboxUrl(): string {
  return `${location.protocol}//${location.hostname}:${Number(location.port) + 1}/`;
}
