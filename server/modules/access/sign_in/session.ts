import { timingSafeEqual } from "node:crypto";
import type { SecurityPolicy } from "../policy/contract.ts";
import type { SessionWithAccount } from "./sessions/store.ts";
import type { SessionEnd } from "./tables.ts";

const MINUTE_MS = 60_000;

interface Now {
  readonly now: Date;
  readonly bounds: SecurityPolicy["session"];
  readonly deviceHash: Uint8Array;
}

/** Why a session does not hold any more, or null. */
export function judgeSession(
  session: SessionWithAccount,
  { now, bounds, deviceHash }: Now,
): SessionEnd | null {
  const idleMs = now.getTime() - session.last_used_at.getTime();
  if (now >= session.expires_at) return "expired";
  if (idleMs >= bounds.idleMinutesMax * MINUTE_MS) return "idle";
  if (!sameBytes(session.device_hash, deviceHash)) return "misused";
  if (!mayWork(session, now)) return "account_changed";
  const isChanged = session.rights_version !== session.account_rights_version;
  return isChanged && bounds.endOnRightsChange ? "account_changed" : null;
}

function mayWork(session: SessionWithAccount, now: Date): boolean {
  if (session.account_state !== "enabled") return false;
  return session.account_expires_at === null || now < session.account_expires_at;
}

export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
