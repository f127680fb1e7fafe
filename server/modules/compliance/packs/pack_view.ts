import { z } from "zod";
import type { Actor } from "../../audit/actor.ts";
import { storedActor } from "../../audit/stored_actor.ts";
import type { PackView } from "../contract.ts";
import type { PackRow } from "../store.ts";

const verdictsShape = z.object({
  met: z.number(),
  partly: z.number(),
  unmet: z.number(),
  not_applicable: z.number(),
});

/** Who asked for a pack, as the row keeps it. */
export function requesterOf(row: Pick<PackRow, "requested_by">): Actor {
  return storedActor(row.requested_by);
}

export function packView(row: PackRow): PackView {
  const { state, done, total } = row;
  return {
    id: row.id,
    profile: row.profile,
    from: row.period_from,
    to: row.period_to,
    state,
    requestedBy: requesterOf(row).name,
    requestedAt: row.requested_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    expiresAt: row.expires_at?.toISOString() ?? null,
    progress: { doing: row.doing, done, total, events: Number(row.events) },
    file: fileOf(row),
    verdicts: verdictsOf(row),
    why: row.why,
  };
}

function fileOf(row: PackRow): PackView["file"] {
  const { file_bytes, file_digest, file_count } = row;
  if (file_bytes === null || file_digest === null || file_count === null) return null;
  return {
    name: packName(row),
    bytes: Number(file_bytes),
    digest: file_digest,
    files: file_count,
  };
}

/** Of days and a profile, which nobody types freely: safe in a header and on a disk. */
export function packName({ profile, period_from, period_to }: PackRow): string {
  return `yikatong-${profile}-${period_from}-${period_to}.zip`;
}

function verdictsOf({ verdicts }: PackRow): PackView["verdicts"] {
  if (verdicts === null) return null;
  const { not_applicable: notApplicable, ...rest } = verdictsShape.parse(JSON.parse(verdicts));
  return { ...rest, notApplicable };
}
