import type { FleetTables } from "../tables.ts";
import type { SessionWithKey } from "./store.ts";

/** How long the session before goes on after a new one was first used: what was under way ends. */
export const OVERLAP_MS = 30_000;

export type SessionFacts = Pick<
  SessionWithKey,
  | "expires_at"
  | "used_at"
  | "superseded_at"
  | "superseded_time"
  | "key_ended_why"
  | "terminal_state"
>;

export type SessionUse = "good" | "over" | "key_revoked" | "key_blocked" | "cloned";

/**
 * What a use of a session means, whose MAC was found good. An older session that is still in use
 * when its successor has been for a while is a second line with one key: a terminal that has used
 * the new one forgets the old. Both clocks must say so, as a request may be late on its way, and the
 * terminal's own clock orders what it sent.
 */
export function judgeUse(
  session: SessionFacts,
  { now, time }: { readonly now: Date; readonly time: Date },
): SessionUse {
  const { superseded_at, superseded_time } = session;
  if (session.key_ended_why === "cloned") return "key_blocked";
  if (session.key_ended_why !== null || session.terminal_state === "retired") return "key_revoked";
  if (session.expires_at.getTime() <= now.getTime()) return "over";
  if (superseded_at === null || superseded_time === null) return "good";
  if (now.getTime() < superseded_at.getTime() + OVERLAP_MS) return "good";
  return time.getTime() > superseded_time.getTime() + OVERLAP_MS ? "cloned" : "over";
}

export type OpeningUse = "new" | "old" | "cloned";

/**
 * Each opening of a terminal names a generation one higher than ever before, kept on its disk first.
 * One that does not, yet was made later than the newest taken, comes from a copy of that disk; one
 * that was not made later was only sent or delivered again.
 */
export function judgeOpening(
  key: Pick<FleetTables["terminal_key"], "generation" | "opened_time">,
  { generation, time }: { readonly generation: number; readonly time: Date },
): OpeningUse {
  if (BigInt(generation) > key.generation) return "new";
  return key.opened_time !== null && time.getTime() > key.opened_time.getTime() ? "cloned" : "old";
}
