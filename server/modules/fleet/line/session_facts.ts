import type { FleetTables } from "../tables.ts";
import type { SessionWithKey } from "./store.ts";

/** How long the session before goes on after a new one was first used: what was under way ends. */
export const OVERLAP_MS = 30_000;

/** As `superseded_at` of a session whose opening was behind: superseded before it was opened. */
export const BEHIND_AT = new Date(0);

export type SessionFacts = Pick<
  SessionWithKey,
  "expires_at" | "used_at" | "superseded_at" | "key_ended_why" | "terminal_state"
>;

export type SessionUse = "good" | "over" | "key_revoked" | "key_blocked" | "cloned";

/**
 * What a use of a session means, whose MAC was found good. Who uses one that was opened behind the
 * newest holds the terminal's keys now, and not a recording of what it once sent: a copy, or the
 * terminal beside a copy.
 */
export function judgeUse(session: SessionFacts, { now }: { readonly now: Date }): SessionUse {
  const { superseded_at } = session;
  if (session.key_ended_why === "cloned") return "key_blocked";
  if (session.key_ended_why !== null || session.terminal_state === "retired") return "key_revoked";
  if (session.expires_at.getTime() <= now.getTime()) return "over";
  if (superseded_at === null) return "good";
  if (superseded_at.getTime() === BEHIND_AT.getTime()) return "cloned";
  return now.getTime() < superseded_at.getTime() + OVERLAP_MS ? "good" : "over";
}

export type OpeningUse = "new" | "old" | "behind";

/**
 * Each opening of a terminal names a generation higher than ever before, kept on its disk first.
 * One that does not, yet was made later than the newest taken, comes from a copy of that disk, or is
 * a recording of one that never arrived, whose time somebody else had set: its use will tell. One
 * that was not made later was only sent or delivered again.
 */
export function judgeOpening(
  key: Pick<FleetTables["terminal_key"], "generation" | "opened_time">,
  { generation, time }: { readonly generation: number; readonly time: Date },
): OpeningUse {
  if (BigInt(generation) > key.generation) return "new";
  return key.opened_time !== null && time.getTime() > key.opened_time.getTime() ? "behind" : "old";
}
