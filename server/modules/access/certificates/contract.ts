import { z } from "@hono/zod-openapi";
import { idField, timeField } from "../../../platform/openapi.ts";

/**
 * SM2 certificates and USB keys as a second factor, under `/api/console/v1`:
 *
 * | call | needs | does |
 * |---|---|---|
 * | `GET /own/certificates` | signed in | CertificateList |
 * | `POST /own/certificates/challenges` | signed in | CertificateChallenge to enrol with |
 * | `POST /own/certificates` EnrolCertificateBody | signed in, confirmed | 201 CertificateView |
 * | `GET /accounts/{id}/certificates` | `account.read` | CertificateList |
 * | `POST /accounts/{id}/certificates/{certificateId}/remove` | `factor.reset`, confirmed | CertificateView |
 *
 * **How a challenge is answered.** `text` is signed as it stands, its UTF-8 bytes, by SM2 with user
 * id `1234567812345678` over SM3(Z‖M) (GB/T 32918.2). `signature` is base64 or hex of r‖s (64
 * bytes) or of DER. With a key in a file: put `text` into a file without a line break at the end
 * and run `yikatong sm sign --key key.pem challenge.txt | base64`. With a USB key: its maker's
 * software signs the same text; which software that is and how the page reaches it differs by
 * maker, is no part of the platform and is kept as a profile of the console. A challenge counts
 * once, for two minutes, and for whom it was made.
 *
 * Refused: `access.certificate_refused` with `detail` `unreadable`, `untrusted`, `not_valid_now`,
 * `wrong_usage`; `access.certificate_taken`; `access.certificates_unavailable` where no authorities
 * are configured; `access.challenge_failed` whatever was wrong with an answer.
 */

const PEM_LENGTH_MAX = 16_000;
/** Base64 or hex of at most 72 bytes. */
const SIGNATURE_LENGTH_MAX = 144;

export const certificateChallengeSchema = z.strictObject({
  id: idField,
  text: z.string(),
  expiresAt: timeField,
}).openapi("CertificateChallenge");

export const certificateViewSchema = z.strictObject({
  id: idField,
  /** SM3 of the certificate, hex. */
  fingerprint: z.string(),
  subject: z.string(),
  issuer: z.string(),
  serialNumber: z.string(),
  notBefore: timeField,
  notAfter: timeField,
  state: z.enum(["valid", "expires_soon", "expired", "removed"]),
  enrolledAt: timeField,
  lastUsedAt: timeField.nullable(),
}).openapi("CertificateView");

export const certificateListSchema = z.strictObject({
  certificates: z.array(certificateViewSchema),
}).openapi("CertificateList");

const signatureField = z.string().min(1).max(SIGNATURE_LENGTH_MAX);

/** As one of the second factors (`SecondFactorBody`). */
export const certificateProofSchema = z.strictObject({
  kind: z.literal("certificate"),
  challengeId: idField,
  signature: signatureField,
});

export const enrolCertificateBodySchema = z.strictObject({
  pem: z.string().min(1).max(PEM_LENGTH_MAX),
  challengeId: idField,
  /** By the certificate's key, so that nobody enrols what is another's. */
  signature: signatureField,
}).openapi("EnrolCertificateBody");

export type CertificateChallenge = z.infer<typeof certificateChallengeSchema>;
export type CertificateView = z.infer<typeof certificateViewSchema>;
export type CertificateProof = z.infer<typeof certificateProofSchema>;
export type EnrolCertificateBody = z.infer<typeof enrolCertificateBodySchema>;
