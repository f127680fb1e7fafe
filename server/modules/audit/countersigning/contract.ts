import { z } from "@hono/zod-openapi";
import { timeField } from "../../../platform/openapi.ts";

/**
 * Checkpoints for the owner of a second key (`/api/console/v1`). The key never comes here: its owner
 * saves `body` as it is to a file, signs that elsewhere (`yikatong sm sign --out checkpoint.sig`, or
 * any SM2 signature with SM3 and the default user id, DER), and the signature is uploaded.
 *
 * | call | needs | does |
 * |---|---|---|
 * | `GET /audit/checkpoints/{number}` | audit.countersign, whole city | CheckpointText |
 * | `POST /audit/checkpoints/{number}/countersignatures` CountersignBody | audit.countersign, whole city, confirmed | 204 |
 *
 * | code | status | the console |
 * |---|---|---|
 * | `audit.not_found` | 404 | no checkpoint of this number in the database (any more) |
 * | `audit.key_unreadable` | 409 | no SM2 public key in PEM |
 * | `audit.signature_unreadable` | 409 | not Base64 of an SM2 signature in DER |
 * | `audit.own_key` | 409 | that is the platform's own key: it proves nothing more |
 * | `audit.wrong_signature` | 409 | not a signature of this key over this text |
 * | `audit.already_signed` | 409 | this key signed this checkpoint already |
 */
const PEM_CHARACTERS_MAX = 2_000;
const SIGNATURE_CHARACTERS_MAX = 400;
const PARTY_CHARACTERS_MAX = 64;

export const checkpointNumberField = z.string().regex(/^[1-9]\d{0,17}$/);

export const checkpointTextSchema = z.object({
  number: z.number().int(),
  at: timeField,
  /** SM3 of the body, hex. */
  digest: z.string(),
  /** What is signed: UTF-8, not a byte more or less. */
  body: z.string(),
  countersignatures: z.array(z.object({
    party: z.string(),
    /** SM3 of the public key, hex. */
    fingerprint: z.string(),
    recordedAt: timeField,
  })),
}).openapi("AuditCheckpointText");

export const countersignBodySchema = z.strictObject({
  /** Whose signature it is, as reports name it. */
  party: z.string().trim().min(2).max(PARTY_CHARACTERS_MAX).regex(/^[^\p{C}]+$/u),
  /** PEM. */
  publicKey: z.string().min(1).max(PEM_CHARACTERS_MAX),
  /** Base64 of DER. */
  signature: z.string().min(1).max(SIGNATURE_CHARACTERS_MAX),
}).openapi("AuditCountersignBody");

export type CheckpointText = z.infer<typeof checkpointTextSchema>;
export type CountersignBody = z.infer<typeof countersignBodySchema>;
