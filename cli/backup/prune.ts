import type { BackupSettings } from "../../server/platform/backup_settings.ts";
import { findBackups, findPartials, type FoundBackup, namesIn } from "./find_backups.ts";
import { kept } from "./ladder.ts";
import { KINDS, SEALED_SUFFIX, walFolder } from "./layout.ts";
import { SEGMENT, segmentNumber } from "./wal_names.ts";

export interface PrunePlan {
  readonly keep: readonly FoundBackup[];
  readonly remove: readonly FoundBackup[];
  /** Left by commands that were killed. */
  readonly partials: readonly string[];
  /** Segments that no base backup which stays needs, as they are named there. */
  readonly wal: readonly string[];
}

/**
 * What the ladder lets go. WAL stays from the oldest base backup that stays, so that every instant
 * since then can be restored; without any base backup all of it stays.
 */
export async function planPrune(settings: BackupSettings): Promise<PrunePlan> {
  const ladder = {
    daily: settings.keep_daily,
    weekly: settings.keep_weekly,
    monthly: settings.keep_monthly,
  };
  const keep: FoundBackup[] = [];
  const remove: FoundBackup[] = [];
  const partials: string[] = [];
  for (const kind of KINDS) {
    const dated = (await findBackups(settings, kind)).map((backup) => ({
      id: backup.manifest.id,
      at: new Date(backup.manifest.endedAt),
      backup,
    }));
    const staying = kept(dated, ladder);
    for (const entry of dated) (staying.has(entry) ? keep : remove).push(entry.backup);
    partials.push(...await findPartials(settings, kind));
  }
  const names = await namesIn(walFolder(settings));
  return { keep, remove, partials, wal: unneededWal(names, keep) };
}

export function unneededWal(
  names: readonly string[],
  keep: readonly Pick<FoundBackup, "manifest">[],
): string[] {
  const firsts = keep.flatMap(({ manifest: { wal, server } }) =>
    wal ? [{ number: segmentNumber(wal.firstSegment, server.walSegmentBytes), server }] : []
  );
  const [oldest] = firsts.toSorted((left, right) => left.number - right.number);
  if (!oldest) return [];
  return names.filter((name) => {
    const segment = name.replace(/\.sealed(\.sig)?$/, "");
    const isSegment = name.includes(SEALED_SUFFIX) && SEGMENT.test(segment);
    return isSegment && segmentNumber(segment, oldest.server.walSegmentBytes) < oldest.number;
  });
}

export async function carryOut(settings: BackupSettings, plan: PrunePlan): Promise<void> {
  for (const { folder } of plan.remove) await Deno.remove(folder, { recursive: true });
  for (const path of plan.partials) await Deno.remove(path, { recursive: true });
  for (const name of plan.wal) await Deno.remove(`${walFolder(settings)}/${name}`);
}
