import { z } from "@hono/zod-openapi";
import { idField } from "../../../platform/openapi.ts";

/**
 * A terminal that goes (R-TOM-16): suspended by an administrator, it wipes itself, signs what it did
 * with the key it is about to lose, and the platform countersigns, retires it and never lets its
 * number or key in again.
 *
 * | call, below `/api/line/v1` | does |
 * |---|---|
 * | `POST /retirements/intent` RetirementIntentBody | 204, or why it may not: asked before anything is wiped |
 * | `POST /retirements` RetirementBody | RetirementReply; the same again for the same certificate |
 *
 * Refused with `fleet.not_suspended`, `fleet.retired` (by another certificate) and what the line has.
 */

const text = (most: number) => z.string().regex(/^\P{Cc}*$/u).max(most);
const name = text(64).min(1);
const time = z.iso.datetime().regex(/^20/);
const count = z.number().int().min(0);
const signature = z.string().regex(/^[0-9a-f]{128}$/);
const fingerprint = z.string().regex(/^[0-9a-f]{64}$/);

const wipedSchema = z.strictObject({ path: text(400), files: count, bytes: count });

export const erasureCertificateSchema = z.strictObject({
  format: z.literal(1),
  product: z.literal("yikatong"),
  kind: z.literal("erasure_certificate"),
  id: idField,
  terminalId: idField,
  terminalNumber: text(16).min(1),
  /** SM3 of the public key that signs this. */
  keyFingerprint: fingerprint,
  machine: z.strictObject({ maker: text(100), model: text(100), serial: text(100) }),
  media: z.array(
    z.strictObject({
      device: text(64),
      model: text(100),
      serial: text(100),
      kind: z.enum(["rotational", "solid_state"]),
    }),
  ).max(16),
  /** Every file overwritten with random bytes, forced to the disk, read back, unlinked. */
  method: z.literal("overwrite_verify_unlink"),
  /** What the file system was told to discard, or why not. */
  trim: z.strictObject({ done: z.boolean(), said: text(400) }),
  startedAt: time,
  endedAt: time,
  wiped: z.array(wipedSchema).min(1).max(32),
  verification: z.strictObject({
    /** Blocks read back after they were overwritten; each was what had been written. */
    blocks: count,
    mismatches: z.literal(0),
    /** Pieces of what lay there before, looked for in what was read back. */
    markers: count,
    found: z.literal(0),
    /** Random blocks of the whole device; null where it was not asked for. */
    device: z.strictObject({ path: text(64), blocks: count, found: z.literal(0) }).nullable(),
  }),
  /** What of the machine's secrets is gone, by name. */
  keysDestroyed: z.array(text(200)).max(32),
  operator: name,
  /** Of the purchaser (采购人), who saw it. */
  witness: name,
  reason: text(200).min(1),
  /** Where photographs of before and after are kept. */
  photos: z.array(text(200)).max(16),
}).refine(({ operator, witness }) => operator !== witness, { path: ["witness"] });

export const retirementIntentBodySchema = z.strictObject({
  terminalId: idField,
  time,
  signature,
}).openapi("RetirementIntentBody");

const CERTIFICATE_CHARACTERS_MAX = 32_768;

export const retirementBodySchema = z.strictObject({
  /** JSON, as it is signed. */
  certificate: z.string().min(1).max(CERTIFICATE_CHARACTERS_MAX),
  /** By the terminal's signing key over the certificate's UTF-8, default user id, r‖s in hex. */
  signature,
}).openapi("RetirementBody");

export const retirementReplySchema = z.object({
  /** JSON of RetirementRecord, as it is signed. */
  record: z.string(),
  /** By the platform's line key over the record's UTF-8, default user id, r‖s in hex. */
  countersignature: signature,
}).openapi("RetirementReply");

/** What the platform signs. */
export const retirementRecordSchema = z.object({
  format: z.literal(1),
  kind: z.literal("retirement_record"),
  terminalNumber: z.string(),
  certificate: z.string(),
  /** Null where the terminal could not sign any more. */
  signature: signature.nullable(),
  recordedAt: time,
  recordedBy: z.string(),
  platformKey: fingerprint,
});

/** Of a terminal that died, stated by people: nothing was measured. */
export const decommissionStatementSchema = z.strictObject({
  format: z.literal(1),
  product: z.literal("yikatong"),
  kind: z.literal("decommission_statement"),
  id: idField,
  terminalId: idField,
  terminalNumber: text(16).min(1),
  method: z.enum(["physically_destroyed", "erased_by_other_means", "lost"]),
  operator: name,
  witness: name,
  reason: text(200).min(1),
  statedAt: time,
});

export type ErasureCertificate = z.infer<typeof erasureCertificateSchema>;
export type DecommissionStatement = z.infer<typeof decommissionStatementSchema>;
export type RetirementIntentBody = z.infer<typeof retirementIntentBodySchema>;
export type RetirementBody = z.infer<typeof retirementBodySchema>;
export type RetirementReply = z.infer<typeof retirementReplySchema>;
export type RetirementRecord = z.infer<typeof retirementRecordSchema>;

/** What a terminal signs, under its own user id, to ask whether it may go. */
export function retirementIntentText(terminalId: string, at: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`yikatong-retirement-intent-1\n${terminalId}\n${at}\n`);
}
