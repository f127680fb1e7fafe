import { ConsoleModel, type ConsoleModelInstance } from "../flows/console/model.ts";
import { type ManualHistory, manualHistory } from "./manual_history.ts";
import { type ManualTimers, manualTimers, settle } from "./manual_timers.ts";
import { START_MS, SYSTEM_SESSION } from "./people.ts";
import { GOOD_RIGHTS } from "./rights.ts";
import { no, type Script, type ScriptedPort, scriptedPort, yes } from "./scripted_port.ts";

export interface Stage {
  readonly console: ConsoleModelInstance;
  readonly port: ScriptedPort;
  readonly timers: ManualTimers;
  readonly history: ManualHistory;
  readonly csrf: { token: string | null };
}

interface StageGiven {
  readonly script?: Script;
  readonly address?: string;
}

/** The console before it asked anything. */
export function openStage({ script = {}, address }: StageGiven = {}): Stage {
  const port = scriptedPort({ ...GOOD_PLATFORM, ...script });
  const timers = manualTimers(START_MS);
  const history = manualHistory(address);
  const csrf = { token: null };
  const console = new ConsoleModel({ port, timers, history, csrf });
  return { console, port, timers, history, csrf };
}

/** Started: signed in unless the script says otherwise. */
export async function startedStage(given: StageGiven = {}): Promise<Stage> {
  const stage = openStage(given);
  await stage.console.start();
  await settle();
  return stage;
}

export const SIGNED_OUT_SCRIPT: Script = {
  "GET /session": [no("access.not_authenticated")],
};

const GOOD_PLATFORM: Script = {
  "GET /session": [yes(SYSTEM_SESSION)],
  "POST /session/end": [yes(null)],
  "GET /sso/providers": [yes({ providers: [] })],
  ...GOOD_RIGHTS,
};
