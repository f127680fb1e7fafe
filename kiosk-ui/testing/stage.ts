import { KioskModel, type KioskModelInstance } from "../flows/kiosk/model.ts";
import { GOOD_TERMINAL, openStage, type Stage } from "../preview/stage.ts";
import { manualTimers } from "./manual_timers.ts";
import { START_MS } from "./people.ts";
import { type Script, scriptedTerminal } from "./scripted_terminal.ts";

/** A started kiosk at home; `await using` would hide the signals' own dispose, so tests call it. */
export async function stageAtHome(change: Script = {}): Promise<Stage> {
  const terminal = scriptedTerminal({ ...GOOD_TERMINAL, ...change });
  const timers = manualTimers(START_MS);
  const kiosk: KioskModelInstance = new KioskModel({ port: terminal, timers });
  const stage = { kiosk, terminal, timers };
  await openStage(stage);
  return stage;
}

/** Names of what was asked of the terminal, in order. */
export function asked({ terminal }: Stage): readonly string[] {
  return terminal.calls.map(([name]) => String(name));
}
