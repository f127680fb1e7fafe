import { sm3 } from "../../../../crypto/sm3.ts";
import type { TaggedColumns } from "../../../platform/row_tags.ts";
import type { ProgramKeyView } from "./contract.ts";
import type { ProgramTables } from "./tables.ts";

export type ProgramKeyRow = ProgramTables["program_key"];

/** So long before its end it is time to make the next one. */
const SOON_MS = 30 * 86_400_000;

/** All but when it was last used, which decides nothing. */
export function programKeyColumns(row: Omit<ProgramKeyRow, "tag">): TaggedColumns {
  return {
    id: row.id,
    account_id: row.account_id,
    kind: row.kind,
    public_key: row.public_key,
    secret: row.secret,
    wrap_version: row.wrap_version,
    created_by: row.created_by,
    created_at: row.created_at,
    expires_at: row.expires_at,
    ended_at: row.ended_at,
    ended_why: row.ended_why,
    ended_by: row.ended_by,
  };
}

export function keyState(
  row: Pick<ProgramKeyRow, "ended_at" | "ended_why" | "expires_at">,
  now: Date,
): ProgramKeyView["state"] {
  if (row.ended_why === "expired") return "expired";
  if (row.ended_at !== null) return "ended";
  return row.expires_at <= now ? "expired" : "active";
}

export function programKeyView(row: ProgramKeyRow, now: Date): ProgramKeyView {
  const state = keyState(row, now);
  return {
    id: row.id,
    kind: row.kind,
    fingerprint: row.public_key && sm3(row.public_key).toHex(),
    state,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    expiresSoon: state === "active" && row.expires_at.getTime() - now.getTime() < SOON_MS,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
    endedWhy: row.ended_why,
  };
}
