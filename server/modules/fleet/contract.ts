import { z } from "@hono/zod-openapi";
import { idField } from "../../platform/openapi.ts";

/** A patient presses 呼叫工作人员; the reply says what to tell them. */
export const callStaffBodySchema = z.strictObject({
  id: idField,
  reason: z.enum(["help", "card_left_behind", "receipt_not_printed", "order_unknown"]),
  orderId: idField.nullable(),
}).openapi("CallStaffBody");

export const callStaffReplySchema = z.object({ number: z.string() }).openapi(
  "CallStaffReply",
);

export type CallStaffBody = z.infer<typeof callStaffBodySchema>;
export type CallStaffReply = z.infer<typeof callStaffReplySchema>;

/**
 * The line of a terminal (`server/platform/signed_line.ts` has the bytes that are signed):
 *
 * | call | does |
 * |---|---|
 * | `POST /api/line/v1/enrolments` EnrolmentBody | EnrolmentReply: asks to bind the terminal's keys |
 * | `POST /api/line/v1/enrolments/{id}/nonce` EnrolmentNonceBody | 204; from now on its code can be approved |
 * | `POST /api/line/v1/enrolments/{id}/state` EnrolmentStateBody | EnrolmentState; signed, so that only the terminal asks |
 * | `POST /api/line/v1/sessions` OpeningBody | AcceptanceReply |
 * | `POST /api/terminal/v1/heartbeats` HeartbeatBody | 204 |
 * | `POST /api/terminal/v1/events` TerminalEventsBody | TerminalEventsReply |
 * | `GET /api/terminal/v1/pad-keys` | PadKeysState |
 * | `POST /api/terminal/v1/pad-keys` | PadKeysReply; a lost answer leaves a version that never counts |
 * | `POST /api/terminal/v1/pad-keys/loaded` PadKeysLoadedBody | 204, also when it was told before |
 * | `GET /api/terminal/v1/pulse` | 204, at once, no database: is the line there? |
 *
 * What the line is refused with. Answers to a request whose MAC fits are authenticated, problems
 * too; what carries no MAC may come from anybody and proves nothing.
 *
 * | code | status | the terminal |
 * |---|---|---|
 * | `line.not_authenticated` | 401 | no MAC: the session is not known (any more), or a byte differs: opens a new one |
 * | `line.clock_skew` | 401 | `detail` is the platform's time; sets its clock and opens a new one |
 * | `line.ended` | 401 | a newer session of this terminal is in use, or this one's time is over: opens a new one |
 * | `line.replayed` | 409 | the number was used, or is too old: repeats under a new one if it may |
 * | `line.malformed` | 400 | headers or a body that is not sealed as it must be |
 * | `line.key_revoked` | 403 | to an opening that its key signed, and to requests: enrols anew |
 * | `line.key_blocked` | 403 | the same, because a copy of the terminal exists |
 * | `line.wrong_platform_key` | 403 | to an opening: enrolled with another platform |
 * | `line.old_generation` | 409 | to an opening that was answered before: opens with the next generation |
 * | `line.too_busy` | 429 | waits |
 * | `line.unavailable` | 503 | this platform has no keys for the line |
 *
 * A session counts as taken up with its first request; the one before it still works for 30 s after.
 */
const publicKeyField = z.string().regex(/^04[0-9a-f]{128}$/);
const nonceField = z.string().regex(/^[0-9a-f]{64}$/);
const signatureField = z.string().regex(/^[0-9a-f]{128}$/);
/** What every database can keep. */
const timeField = z.iso.datetime().regex(/^20/);
/** One line, as it is signed and shown. */
const lineField = z.string().regex(/^\P{Cc}*$/u);

export const enrolmentBodySchema = z.strictObject({
  id: idField,
  terminalNumber: lineField.regex(/^\S+$/).max(16),
  signKey: publicKeyField,
  agreeKey: publicKeyField,
  /** `enrolmentCommitment`. */
  commitment: nonceField,
}).openapi("EnrolmentBody");

export const enrolmentReplySchema = z.object({
  signKey: publicKeyField,
  agreeKey: publicKeyField,
  nonce: nonceField,
  expiresAt: timeField,
}).openapi("EnrolmentReply");

export const enrolmentNonceBodySchema = z.strictObject({ nonce: nonceField }).openapi(
  "EnrolmentNonceBody",
);

/** SM2 signature of the terminal's signing key over `enrolment-state`, id and time. */
export const enrolmentStateBodySchema = z.strictObject({
  time: timeField,
  signature: signatureField,
}).openapi("EnrolmentStateBody");

export const enrolmentStateSchema = z.object({
  state: z.enum(["waiting", "approved", "expired"]),
  /** Once approved. */
  terminalId: idField.nullable(),
}).openapi("EnrolmentState");

export const openingBodySchema = z.strictObject({
  terminalId: idField,
  generation: z.number().int().min(1).max(2 ** 31),
  time: timeField,
  nonce: nonceField,
  ephemeralPublicKey: publicKeyField,
  platformKey: nonceField,
  signature: signatureField,
}).openapi("OpeningBody");

export const acceptanceReplySchema = z.object({
  sessionId: idField,
  ephemeralPublicKey: publicKeyField,
  confirmation: nonceField,
  time: timeField,
  expiresAt: timeField,
  signature: signatureField,
}).openapi("AcceptanceReply");

/** As the terminal's own status board names them; new classes may come with newer terminals. */
export const deviceReportSchema = z.strictObject({
  device: z.string().regex(/^[a-z_]{1,32}$/),
  state: z.string().regex(/^[a-z_]{1,32}$/),
  /** Model, firmware and serial number of the device where it tells. */
  detail: lineField.max(200),
});

export const heartbeatBodySchema = z.strictObject({
  at: timeField,
  startedAt: timeField,
  version: lineField.max(64),
  devices: z.array(deviceReportSchema).max(32),
  /** What waits in the journal to be shipped, and bytes free on its disk. */
  journal: z.strictObject({
    unsent: z.number().int().min(0),
    openOrders: z.number().int().min(0),
    diskFreeBytes: z.number().int().min(0),
  }),
}).openapi("HeartbeatBody");

const EVENT_FIELDS_MAX = 24;

/** Without personal data: ids, codes and numbers. */
export const terminalEventSchema = z.strictObject({
  /** Made by the terminal with the event; its time is the event's. */
  id: idField,
  /** Grows by one with every event of this terminal, across restarts. */
  number: z.number().int().min(1),
  kind: z.string().regex(/^[a-z_]+\.[a-z_]+$/).max(64),
  severity: z.enum(["info", "warning", "error"]),
  fields: z.record(
    z.string().regex(/^[a-zA-Z]{1,32}$/),
    z.union([z.string().max(300), z.number(), z.boolean()]),
  ).refine((fields) => Object.keys(fields).length <= EVENT_FIELDS_MAX),
}).openapi("TerminalJournalEvent");

export const EVENTS_BATCH_MAX = 100;

export const terminalEventsBodySchema = z.strictObject({
  events: z.array(terminalEventSchema).min(1).max(EVENTS_BATCH_MAX),
}).openapi("TerminalEventsBody");

/** All up to this number are kept for good and may be deleted on the terminal. */
export const terminalEventsReplySchema = z.object({ keptUpTo: z.number().int().min(0) }).openapi(
  "TerminalEventsReply",
);

const wrappedKeySchema = z.object({
  wrapped: z.string().openapi({ description: "Under the pad's master (ECB), in hex" }),
  checkValue: z.string().openapi({ description: "8 bytes of E_k(0…0), in hex" }),
}).openapi("WrappedPadKey");

/** Work keys of the PIN pad; they count once the terminal says that the pad has them. */
export const padKeysReplySchema = z.object({
  version: z.number().int(),
  algorithm: z.enum(["sm4", "tdes"]),
  pin: wrappedKeySchema,
  mac: wrappedKeySchema,
}).openapi("PadKeysReply");

/** Whether the pad needs other keys, as the platform sees it. */
export const padKeysStateSchema = z.object({
  /** Null: the pad's ceremony is missing, or its keys were destroyed. */
  master: z.object({
    algorithm: z.enum(["sm4", "tdes"]),
    checkValue: z.string().openapi({ description: "8 bytes of E_k(0…0), in hex" }),
  }).nullable(),
  /** Of the work keys that count. */
  version: z.number().int().nullable(),
  /** None count, they are too old, or under a master before this one. */
  wanted: z.boolean(),
}).openapi("PadKeysState");

export const padKeysLoadedBodySchema = z.strictObject({ version: z.number().int().min(1) })
  .openapi("PadKeysLoadedBody");

export type EnrolmentBody = z.infer<typeof enrolmentBodySchema>;
export type EnrolmentReply = z.infer<typeof enrolmentReplySchema>;
export type EnrolmentStateBody = z.infer<typeof enrolmentStateBodySchema>;
export type EnrolmentState = z.infer<typeof enrolmentStateSchema>;
export type OpeningBody = z.infer<typeof openingBodySchema>;
export type AcceptanceReply = z.infer<typeof acceptanceReplySchema>;
export type PadKeysState = z.infer<typeof padKeysStateSchema>;
export type PadKeysReply = z.infer<typeof padKeysReplySchema>;
export type HeartbeatBody = z.infer<typeof heartbeatBodySchema>;
export type TerminalJournalEvent = z.infer<typeof terminalEventSchema>;
export type TerminalEventsReply = z.infer<typeof terminalEventsReplySchema>;
