import { z } from "zod";
import type { AuditEvent } from "../../server/modules/audit/event.ts";
import { reasonOf } from "../../server/platform/errors.ts";
import { StartError } from "../command.ts";

const counted = z.strictObject({
  table: z.string(),
  /** When the backup was made. */
  backedUp: z.number().int(),
  /** When the drill began; null where the database did not answer. */
  live: z.number().int().nullable(),
  restored: z.number().int(),
});

const recordShape = z.strictObject({
  format: z.literal(1),
  product: z.literal("yikatong"),
  kind: z.literal("restore_drill"),
  id: z.string().regex(/^\d{8}T\d{6}Z$/),
  by: z.string(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  backup: z.strictObject({ id: z.string(), endedAt: z.iso.datetime(), sm3: z.string() }),
  /** "latest", or the instant asked for. */
  target: z.string(),
  server: z.string(),
  schema: z.string().nullable(),
  walSegments: z.number().int(),
  /** From the first read of the backup until the database takes writes. */
  rtoSeconds: z.number(),
  /** Between the newest row of the live database and the newest restored; null when it is not known. */
  rpoSeconds: z.number().nullable(),
  checkSeconds: z.number(),
  counts: z.array(counted),
  ledger: z.strictObject({ days: z.number().int(), differences: z.array(z.string()) }),
  audit: z.strictObject({
    links: z.number().int(),
    checkpoints: z.number().int(),
    faults: z.array(z.string()),
    tagsChecked: z.boolean(),
  }),
  /** Whether this machine's key store opens what was restored; null where there is none. */
  keysFit: z.boolean().nullable(),
  verdict: z.enum(["passed", "failed"]),
  reasons: z.array(z.string()),
});

export type DrillRecord = z.infer<typeof recordShape>;

export function writeRecord(record: DrillRecord): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${JSON.stringify(recordShape.parse(record), null, 2)}\n`);
}

export function readRecord(path: string, bytes: Uint8Array): DrillRecord {
  try {
    return recordShape.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (thrown) {
    const reason = thrown instanceof z.ZodError ? z.prettifyError(thrown) : reasonOf(thrown);
    throw new StartError(`"${path}" 不是恢复演练的记录，或已损坏：${reason}`, { cause: thrown });
  }
}

/** What was committed when the drill began and is not in what was restored. */
export function missingRows({ counts }: Pick<DrillRecord, "counts">): number {
  const missing = counts.map(({ live, backedUp, restored }) => (live ?? backedUp) - restored);
  return missing.reduce((sum, rows) => sum + Math.max(0, rows), 0);
}

/** `digest`: SM3 of the record's file. */
export function drilledEvent(record: DrillRecord, digest: string): AuditEvent {
  return {
    kind: "platform.restore_drilled",
    result: record.verdict === "passed" ? "succeeded" : "failed",
    ...(record.verdict === "failed" && { reason: "failed" }),
    objectId: record.backup.id,
    fields: {
      target: record.target,
      startedAt: record.startedAt,
      rtoSeconds: record.rtoSeconds,
      rpoSeconds: record.rpoSeconds,
      rows: record.counts.reduce((sum, { restored }) => sum + restored, 0),
      missingRows: missingRows(record),
      ledgerDifferences: record.ledger.differences.length,
      auditLinks: record.audit.links,
      auditFaults: record.audit.faults.length,
      keysFit: record.keysFit,
      digest,
    },
  };
}
