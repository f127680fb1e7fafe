import { reasonOf } from "../../platform/errors.ts";
import { systemActor } from "../audit/actor.ts";
import { beginParts, type DischargeDeps } from "./request_discharge.ts";
import { selectDischarges } from "./store.ts";

/** After that the patient asks anew: what was not begun is still due at HIS. */
const BEGUN_WITHIN_MS = 3_600_000;
/** Whoever asked is at it himself. */
const LEFT_AFTER_MS = 30_000;
const ROUND_DISCHARGES_MAX = 200;

/** Begins the parts that a process left when it stopped between two of them. */
export async function beginWaitingParts(deps: DischargeDeps): Promise<void> {
  const now = deps.clock.now().getTime();
  const rows = await selectDischarges(deps.db, {
    from: new Date(now - BEGUN_WITHIN_MS),
    to: new Date(now - LEFT_AFTER_MS),
    limit: ROUND_DISCHARGES_MAX,
  });
  for (const row of rows) {
    try {
      await beginParts(deps, row, systemActor("discharges"));
    } catch (thrown) {
      deps.log.error("Discharge refund not begun", { id: row.id, why: reasonOf(thrown) });
    }
  }
}
