import type { ConsolePort } from "../api/port.ts";
import type { Timers } from "../timers.ts";

/** What every flow is given. */
export interface FlowContext {
  readonly port: ConsolePort;
  readonly timers: Timers;
}
