import { z } from "zod";
import { chinaTime } from "../../server/platform/clock.ts";
import { reasonOf } from "../../server/platform/errors.ts";
import { StartError } from "../command.ts";

/** Newest first would be kinder to read; the order is the tables' own, so that two can be compared. */
const countedTable = z.strictObject({
  table: z.string(),
  rows: z.number().int().min(0),
  /** Of the newest row; null for an empty table. */
  newest: z.iso.datetime().nullable(),
});

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const walPosition = z.string().regex(/^[0-9A-F]+\/[0-9A-F]+$/);
const walSegment = z.string().regex(/^[0-9A-F]{24}$/);

const manifestShape = z.strictObject({
  format: z.literal(1),
  product: z.literal("yikatong"),
  id: z.string().regex(/^\d{8}T\d{6}Z$/),
  kind: z.enum(["physical", "logical"]),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  server: z.strictObject({
    version: z.string(),
    system: z.string(),
    database: z.string(),
    role: z.string(),
    walSegmentBytes: z.number().int().positive(),
  }),
  /** Standbys and WAL receivers that were connected. */
  standbys: z.number().int().min(0),
  /** The last migration. */
  schema: z.string().nullable(),
  /** Before the backup began: tables that only grow have at least as many afterwards. */
  counts: z.array(countedTable),
  /** What a physical one needs to be whole; null for a logical one. */
  wal: z.strictObject({
    timeline: z.number().int().positive(),
    start: walPosition,
    end: walPosition,
    firstSegment: walSegment,
  }).nullable(),
  content: z.strictObject({
    file: z.string(),
    /** Of the sealed file, as it lies there. */
    bytes: z.number().int().positive(),
    sm3: digest,
    /** Of what was sealed, before it was compressed. */
    plainBytes: z.number().int().positive(),
    /** Files whose checksums were compared on the way; of a physical one. */
    checkedFiles: z.number().int().min(0),
  }),
  /** SM3 of the public keys whose holders can open it. */
  recipients: z.array(digest).min(1),
});

export type BackupManifest = z.infer<typeof manifestShape>;
export type CountedTable = z.infer<typeof countedTable>;

export function writeManifest(manifest: BackupManifest): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${JSON.stringify(manifestShape.parse(manifest), null, 2)}\n`);
}

/** `path` for what is told; throws StartError. */
export function readManifest(path: string, bytes: Uint8Array): BackupManifest {
  try {
    return manifestShape.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (thrown) {
    const reason = thrown instanceof z.ZodError ? z.prettifyError(thrown) : reasonOf(thrown);
    throw new StartError(`"${path}" 不是备份的清单，或已损坏：${reason}`, { cause: thrown });
  }
}

export function describeBackup({ id, kind, endedAt }: BackupManifest): string {
  return `${id}（${KIND_NAMES[kind]}，${chinaTime(new Date(endedAt))} 完成）`;
}

export const KIND_NAMES: Readonly<Record<BackupManifest["kind"], string>> = {
  physical: "物理备份",
  logical: "逻辑备份",
};
