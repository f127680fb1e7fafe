import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import type { Log } from "../../../platform/log.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { FleetDb } from "../tables.ts";
import type { LineKeys } from "./line_keys.ts";
import { LineSessions } from "./line_sessions.ts";
import { RateBound, RateBounds } from "./rate_bound.ts";

/** What one process needs to speak with terminals on signed lines. */
export interface FleetLine {
  readonly db: Kysely<FleetDb>;
  readonly clock: Clock;
  readonly log: Log;
  readonly audit: AuditWriter;
  readonly keys: LineKeys;
  readonly sessions: LineSessions;
  /** Asking to enrol costs a row: a technician does it now and then. */
  readonly enrolments: RateBound;
  /** How enrolments stand: cheap for who does not know the id of one. */
  readonly enrolmentSteps: RateBound;
  /** A signature to check each: after a power cut the whole city comes at once. */
  readonly openings: RateBound;
  /** Who has heard a terminal's id keeps no other terminal out. */
  readonly openingsOf: RateBounds;
}

export function openFleetLine(
  deps: Pick<FleetLine, "db" | "clock" | "log" | "keys" | "audit">,
): FleetLine {
  const { clock } = deps;
  return {
    ...deps,
    sessions: new LineSessions(deps),
    enrolments: new RateBound({ clock, atOnce: 30, perSecond: 0.5 }),
    enrolmentSteps: new RateBound({ clock, atOnce: 200, perSecond: 50 }),
    openingsOf: new RateBounds({ clock, atOnce: 20, perSecond: 1 }),
    openings: new RateBound({ clock, atOnce: 600, perSecond: 100 }),
  };
}
