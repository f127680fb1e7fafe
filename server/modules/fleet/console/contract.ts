import { z } from "@hono/zod-openapi";
import { idField, timeField } from "../../../platform/openapi.ts";
import { RELEASE_OUTCOMES } from "../releases/release_outcome.ts";

/**
 * Terminals in the console (`/api/console/v1`):
 *
 * | call | does |
 * |---|---|
 * | `GET /terminals?state&release&organisationId&number&after&limit` | TerminalsReply, by number |
 * | `GET /terminals/{id}` | TerminalDetail |
 * | `GET /terminals/{id}/events?before&limit` | TerminalEventsPage, newest first |
 * | `GET /terminals/{id}/releases?before&limit` | TerminalReleasesPage, newest first |
 * | `GET /terminals/{id}/retirement` | RetirementReply: of one that went, its certificate checked |
 * | `POST /terminals/{id}/retirement/file` | the certificate as it is signed, a file; audited |
 * | `GET /terminal-enrolments` | EnrolmentsReply: what waits, without its code |
 * | `POST /terminal-enrolments/find` CodeBody | EnrolmentToApproveView: what to compare before saying yes |
 * | `POST /terminal-enrolments/approve` ApproveBody | TerminalDetail; confirmed |
 * | `POST /terminals/{id}/revoke` ReasonBody | TerminalDetail; confirmed |
 * | `POST /terminals/{id}/suspend` ReasonBody | TerminalDetail |
 * | `POST /terminals/{id}/resume` ReasonBody | TerminalDetail |
 */
export const TERMINALS_PAGE_MAX = 200;
export const TERMINAL_EVENTS_PAGE_MAX = 200;
export const TERMINAL_RELEASES_PAGE_MAX = 100;

export const terminalStateField = z.enum(["active", "suspended", "retired"]);
/** Of the signed line: never enrolled, enrolled, or why it is not any more. */
export const terminalLineField = z.enum(["none", "enrolled", "replaced", "revoked", "cloned"]);

export const releaseOutcomeField = z.enum(RELEASE_OUTCOMES);

export const terminalsQuerySchema = z.object({
  state: terminalStateField.optional(),
  /** What last became of a release there. */
  release: releaseOutcomeField.optional(),
  /** This organisation and all below it. */
  organisationId: idField.optional(),
  /** Begins with. */
  number: z.string().min(1).max(16).optional(),
  /** The last number of the page before. */
  after: z.string().max(16).optional(),
  limit: z.coerce.number().int().min(1).max(TERMINALS_PAGE_MAX).default(50),
});

export const terminalItemSchema = z.object({
  id: z.string(),
  number: z.string(),
  institutionId: z.string(),
  institutionName: z.string(),
  institutionCode: z.string(),
  state: terminalStateField,
  line: terminalLineField,
  /** Hex SM3 of the signing key it is enrolled with, or was last. */
  fingerprint: z.string().nullable(),
  /** Its last heartbeat. */
  lastSeenAt: timeField.nullable(),
  /** Of the program that sent it. */
  version: z.string().nullable(),
  /** What was last told of a release, and of which. */
  release: z.object({
    outcome: releaseOutcomeField,
    version: z.string(),
    at: timeField,
  }).nullable(),
}).openapi("ConsoleTerminal");

export const terminalsReplySchema = z.object({
  terminals: z.array(terminalItemSchema),
  /** `after` of the next page; null on the last. */
  next: z.string().nullable(),
}).openapi("ConsoleTerminals");

export const terminalDetailSchema = terminalItemSchema.extend({
  devices: z.array(z.object({
    device: z.string(),
    state: z.string(),
    detail: z.string(),
    changedAt: timeField,
  })),
  startedAt: timeField.nullable(),
  unsentEntries: z.number().int().nullable(),
  openOrders: z.number().int().nullable(),
  diskFreeBytes: z.number().nullable(),
  keys: z.array(z.object({
    id: z.string(),
    fingerprint: z.string(),
    enrolledAt: timeField,
    approvedBy: z.string(),
    endedAt: timeField.nullable(),
    endedWhy: z.enum(["replaced", "revoked", "cloned"]).nullable(),
  })),
}).openapi("ConsoleTerminalDetail");

export const terminalEventsQuerySchema = z.object({
  before: idField.optional(),
  limit: z.coerce.number().int().min(1).max(TERMINAL_EVENTS_PAGE_MAX).default(50),
});

export const terminalEventsPageSchema = z.object({
  events: z.array(z.object({
    id: z.string(),
    at: timeField,
    source: z.enum(["terminal", "platform"]),
    kind: z.string(),
    severity: z.enum(["info", "warning", "error"]),
    fields: z.record(z.string(), z.unknown()),
    actor: z.string().nullable(),
  })),
  next: z.string().nullable(),
}).openapi("ConsoleTerminalEvents");

export const terminalReleasesQuerySchema = z.object({
  before: idField.optional(),
  limit: z.coerce.number().int().min(1).max(TERMINAL_RELEASES_PAGE_MAX).default(20),
});

export const terminalReleasesPageSchema = z.object({
  releases: z.array(z.object({
    id: z.string(),
    /** By the terminal's clock. */
    at: timeField,
    /** Later where it had no line. */
    receivedAt: timeField,
    outcome: releaseOutcomeField,
    version: z.string(),
    /** What it is to run from then on; null where it was not told, or the packaged program. */
    now: z.string().nullable(),
    reason: z.string(),
  })),
  next: z.string().nullable(),
}).openapi("ConsoleTerminalReleases");

const signatureVerdictField = z.enum(["good", "bad", "no_key", "none"]);

export const retirementReplySchema = z.object({
  /** Null of a terminal that has not gone. */
  retirement: z.object({
    certificateId: z.string(),
    /** Signed by the terminal that wiped itself, or stated by two persons of one that was dead. */
    kind: z.enum(["erasure_certificate", "decommission_statement"]),
    method: z.string(),
    operator: z.string(),
    witness: z.string(),
    reason: z.string(),
    recordedAt: timeField,
    recordedBy: z.string(),
    /** Hex SM3 of the platform's public key that countersigned. */
    platformKey: z.string(),
    /** Of both signatures: checked now, not when it came. */
    verdict: z.enum(["good", "bad", "unchecked"]),
    signature: signatureVerdictField,
    countersignature: signatureVerdictField,
    fileName: z.string(),
  }).nullable(),
}).openapi("ConsoleRetirement");

export const enrolmentsReplySchema = z.object({
  enrolments: z.array(z.object({
    id: z.string(),
    terminalNumber: z.string(),
    institutionName: z.string(),
    requestedAt: timeField,
    expiresAt: timeField,
    signFingerprint: z.string(),
  })),
}).openapi("ConsoleEnrolments");

/** As people type it: in groups, in small letters. */
const codeField = z.string().min(8).max(24);

export const codeBodySchema = z.strictObject({ code: codeField }).openapi("EnrolmentCodeBody");

export const enrolmentToApproveSchema = z.object({
  id: z.string(),
  terminalNumber: z.string(),
  institutionName: z.string(),
  institutionCode: z.string(),
  requestedAt: timeField,
  signFingerprint: z.string(),
  agreeFingerprint: z.string(),
}).openapi("EnrolmentToApprove");

export const approveBodySchema = z.strictObject({
  /** Of the enrolment that was looked at. */
  id: idField,
  code: codeField,
}).openapi("ApproveEnrolmentBody");

export const reasonBodySchema = z.strictObject({
  reason: z.string().trim().min(2).max(200),
}).openapi("TerminalReasonBody");

export type TerminalsQuery = z.infer<typeof terminalsQuerySchema>;
export type TerminalItem = z.infer<typeof terminalItemSchema>;
export type TerminalsReply = z.infer<typeof terminalsReplySchema>;
export type TerminalDetail = z.infer<typeof terminalDetailSchema>;
export type TerminalEventsPage = z.infer<typeof terminalEventsPageSchema>;
export type TerminalReleasesPage = z.infer<typeof terminalReleasesPageSchema>;
export type RetirementReply = z.infer<typeof retirementReplySchema>;
export type RetirementView = NonNullable<RetirementReply["retirement"]>;
export type EnrolmentsReply = z.infer<typeof enrolmentsReplySchema>;
export type EnrolmentToApproveView = z.infer<typeof enrolmentToApproveSchema>;
