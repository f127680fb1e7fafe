import { z } from "@hono/zod-openapi";
import { idField, timeField } from "../../../platform/openapi.ts";

/**
 * Keys of program accounts, in the console under `/api/console/v1`:
 *
 * | call | needs | does |
 * |---|---|---|
 * | `GET /accounts/{id}/program-keys` | `account.read` | ProgramKeyList, newest first |
 * | `POST /accounts/{id}/program-keys` AddProgramKeyBody | `program.change`, confirmed | 201 AddedProgramKey |
 * | `POST /accounts/{id}/program-keys/{keyId}/end` | `program.change`, confirmed | ProgramKeyView |
 *
 * Two keys of an account may be active at once, so that a new one is in use before the old one
 * ends: a third is `access.too_many_keys`. `access.not_a_program` for a person's account,
 * `access.key_taken` for a public key that was ever given here, `access.key_days` for more days
 * than the policy allows, `access.secret_unavailable` where this platform can make no HMAC secret
 * (no SM2 private keys in software and no device): give an SM2 key instead.
 *
 * **What a program sends.** Every request to `/api/console/v1` carries four headers:
 *
 * | header | is |
 * |---|---|
 * | `x-program-key` | the key's id |
 * | `x-program-time` | UTC, `2026-11-22T08:00:00.000Z`, at most 5 minutes off |
 * | `x-program-nonce` | 32 hex digits, new for every request |
 * | `x-program-signature` | hex, small letters, over the text below |
 *
 * The text is UTF-8, seven lines joined by one LF, none at the end:
 *
 * ```
 * yikatong-program-request-1
 * <x-program-key>
 * <x-program-time>
 * <x-program-nonce>
 * <method, capitals>
 * <path and query as in the request line, from the first / on>
 * <hex SM3 of the body's bytes; of no bytes 1ab21d83…aa2b where there is none>
 * ```
 *
 * An SM2 key signs it with user id `1234567812345678`: r‖s (128 hex digits) or DER. An HMAC secret
 * (64 hex digits, 32 bytes) gives HMAC-SM3 (64 hex digits). Which of both, the key says: nothing in
 * the request does. A nonce counts once, on whichever process it arrives.
 *
 * For many requests in a row a program may instead sign one `POST /api/program/v1/tokens`
 * (ProgramTokenBody → ProgramToken) and send `authorization: Bearer <token>` for at most 15
 * minutes. A token carries the permissions asked for, never more than the account holds, and ends
 * with its key. A token gets no token.
 *
 * Every failure is 401 `access.not_authenticated`, whatever was wrong, but a key's holder learns of
 * `access.clock_skew` (401, `detail` is our time) and `access.replayed` (409).
 *
 * A vector, made with openssl: key `019a0000-0000-7000-8000-000000000001`, time
 * `2026-11-22T08:00:00.000Z`, nonce `000102030405060708090a0b0c0d0e0f`,
 * `POST /api/console/v1/audit/events?limit=2`, body `{"a":"一"}` whose SM3 is
 * `c76d38447c408041c0df94767e0b8fa9919ac787bf598b1b6a5a50b4fd5756a2`, secret the bytes 00 to 1f in
 * order: HMAC-SM3 `8df922f7827a2fe21ed00e3ff5ae9b816e0a6afd2441409d8994c862f7426cae`.
 */

const DAYS_MAX = 366;
const PEM_LENGTH_MAX = 2_000;
const PERMISSIONS_MAX = 100;
const TOKEN_SECONDS_MAX = 900;
const TOKEN_SECONDS_DEFAULT = 600;

export const PROGRAM_KEY_KINDS = ["sm2", "hmac"] as const;

export const programKeyViewSchema = z.strictObject({
  id: idField,
  kind: z.enum(PROGRAM_KEY_KINDS),
  /** SM3 of the SM2 public key, hex; null for a secret. */
  fingerprint: z.string().nullable(),
  state: z.enum(["active", "expired", "ended"]),
  createdAt: timeField,
  expiresAt: timeField,
  /** Time to make the next one. */
  expiresSoon: z.boolean(),
  lastUsedAt: timeField.nullable().openapi({ description: "To within five minutes" }),
  endedAt: timeField.nullable(),
  /** `manual` or `expired`. */
  endedWhy: z.string().nullable(),
}).openapi("ProgramKeyView");

export const programKeyListSchema = z.strictObject({ keys: z.array(programKeyViewSchema) })
  .openapi("ProgramKeyList");

const daysField = z.number().int().min(1).max(DAYS_MAX);

/** A secret is made here, 32 random bytes: nobody chooses one (R-SEC-06). */
export const addProgramKeyBodySchema = z.discriminatedUnion("kind", [
  z.strictObject({
    id: idField,
    kind: z.literal("sm2"),
    publicKeyPem: z.string().min(1).max(PEM_LENGTH_MAX).openapi({
      description: "SPKI, as `yikatong key generate --public-out` or openssl write it",
    }),
    days: daysField,
  }),
  z.strictObject({ id: idField, kind: z.literal("hmac"), days: daysField }),
]).openapi("AddProgramKeyBody");

export const addedProgramKeySchema = z.strictObject({
  key: programKeyViewSchema,
  /** Hex, 32 bytes; of `hmac`, shown here and never again. */
  secret: z.string().nullable(),
}).openapi("AddedProgramKey");

export const programTokenBodySchema = z.strictObject({
  permissions: z.array(z.string().min(1).max(64)).min(1).max(PERMISSIONS_MAX),
  seconds: z.number().int().min(1).max(TOKEN_SECONDS_MAX).default(TOKEN_SECONDS_DEFAULT),
}).openapi("ProgramTokenBody");

export const programTokenSchema = z.strictObject({ token: z.string(), expiresAt: timeField })
  .openapi("ProgramToken");

export type ProgramKeyView = z.infer<typeof programKeyViewSchema>;
export type AddProgramKeyBody = z.infer<typeof addProgramKeyBodySchema>;
export type AddedProgramKey = z.infer<typeof addedProgramKeySchema>;
export type ProgramTokenBody = z.infer<typeof programTokenBodySchema>;
export type ProgramToken = z.infer<typeof programTokenSchema>;
