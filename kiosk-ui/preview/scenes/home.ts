import { SETTINGS } from "../../testing/people.ts";
import type { Scene } from "../stage.ts";

export const HOME_SCENES: Readonly<Record<string, Scene>> = {
  "home": () => {},
  "home-offline": ({ terminal }) => terminal.emit({ kind: "platform", connection: "unreachable" }),
  "home-connecting": ({ terminal }) =>
    terminal.emit({ kind: "platform", connection: "connecting" }),
  "home-closed": ({ terminal }) =>
    terminal.emit({
      kind: "settings",
      settings: {
        ...SETTINGS,
        services: [
          { service: "pay", open: true, reason: null },
          { service: "register", open: false, reason: "outside_hours" },
        ],
      },
    }),
  "home-power-low": ({ terminal }) =>
    terminal.emit({
      kind: "device",
      status: { device: "ups", state: "battery_low", mediaPresent: false },
    }),
  "attract": ({ timers }) => timers.advance(95_000),
  "suspended": ({ terminal }) =>
    terminal.emit({
      kind: "settings",
      settings: { ...SETTINGS, terminal: { number: "0317", suspended: true } },
    }),
  "suspended-refused": ({ terminal }) => terminal.emit({ kind: "platform", connection: "refused" }),
};
