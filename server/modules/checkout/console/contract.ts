import { z } from "@hono/zod-openapi";
import { fenField, idField, timeField } from "../../../platform/openapi.ts";
import { limitField, lineField, pageCursor } from "../../access/page.ts";
import { ALARM_LEVELS } from "../alarms/alarm_level.ts";
import { POSTING_CAUSES } from "../../ledger/posting.ts";
import { CHANNELS, TENDER_MODES } from "../../payment/channel.ts";
import { ORDER_STATES } from "../contract.ts";

/**
 * Orders in the console (`/api/console/v1`):
 *
 * | call | needs | does |
 * |---|---|---|
 * | `GET /orders?…` | `order.read` | OrderPage, newest first |
 * | `GET /orders/in-flight?organisationId` | `order.read` | InFlightReply: what is not at its end, by state |
 * | `GET /orders/{id}` | `order.read` | ConsoleOrder: everything that is known of it |
 * | `POST /orders/{id}/ask-again` | `order.work` | ConsoleOrder: the parties are asked now |
 * | `POST /orders/{id}/acts` OrderActBody | `order.work`, confirmed | ConsoleOrder: asked for, not done |
 * | `POST /orders/{id}/acts/{actId}/approve`, `…/reject` | `order.approve`, confirmed | ConsoleOrder |
 *
 * | code | status | the console |
 * |---|---|---|
 * | `checkout.not_found` | 404 | no such order, or none of the caller's |
 * | `checkout.wrong_state` | 409 | it has moved on: what it is now is asked for anew |
 * | `checkout.busy` | 409 | a call is under way: again in some seconds |
 * | `checkout.own_act` | 409 | nobody approves what he asked for himself |
 * | `checkout.number_needed` | 409 | an insurance settlement is stated by the centre's own number |
 * | `checkout.act_decided` | 409 | somebody else was first |
 */

export const orderQuerySchema = z.strictObject({
  /**
   * `attention`: a person is called; `open`: it still goes on; `approval`: another asked for an act,
   * and the caller may decide it (needs `order.approve`). All when absent.
   */
  queue: z.enum(["attention", "open", "approval"]).optional(),
  state: z.enum(ORDER_STATES).optional(),
  organisationId: idField.optional(),
  /** As it stands on the slip. */
  number: z.string().regex(/^[0-9A-Za-z-]{1,40}$/).optional(),
  channel: z.enum(CHANNELS).optional(),
  stop: z.string().regex(/^[a-z_]{1,40}$/).optional(),
  olderThanMinutes: z.coerce.number().int().min(1).max(100_000).optional(),
  cursor: pageCursor.optional(),
  limit: limitField,
});

const orderLineFields = {
  id: idField,
  number: z.string(),
  institutionName: z.string(),
  kind: z.enum(["bills", "registration", "deposit", "refund"]),
  state: z.enum(ORDER_STATES),
  stop: z.string().nullable(),
  /** Of a refund, what goes back of it; null while nobody has priced it. */
  totalFen: fenField.nullable(),
  cashFen: fenField.nullable(),
  startedAt: timeField,
  changedAt: timeField,
  /** When it is gone on with by itself; null when it is over. */
  nextAttemptAt: timeField.nullable(),
  /** How long it has stood where money may have moved, by the city's `checkout.alarms`. */
  alarm: z.enum(ALARM_LEVELS).nullable(),
};

export const orderPageSchema = z.object({
  orders: z.array(z.object(orderLineFields)),
  next: z.string().nullable(),
}).openapi("OrderPage");

export const inFlightQuerySchema = z.strictObject({ organisationId: idField.optional() });

export const inFlightReplySchema = z.object({
  /** Null for all that the caller may see. */
  organisation: z.object({ id: idField, name: z.string() }).nullable(),
  /** Those alone of which there are some; empty where nothing is on its way. */
  states: z.array(z.object({
    state: z.enum(ORDER_STATES),
    count: z.number().int(),
    oldestAt: timeField,
  })),
}).openapi("InFlightReply");

const OUTCOMES = ["done", "not_done", "undone"] as const;

const actSchema = z.object({
  id: idField,
  kind: z.enum(["close", "settle"]),
  leg: z.number().int().nullable(),
  outcome: z.enum(OUTCOMES).nullable(),
  /** Null once its time was over. */
  evidence: z.string().nullable(),
  evidenceNumber: z.string().nullable(),
  evidenceDigest: z.string().nullable(),
  askedBy: z.string(),
  askedAt: timeField,
  state: z.enum(["asked", "done", "rejected"]),
  decidedBy: z.string().nullable(),
  decidedAt: timeField.nullable(),
  /** The caller asked for it: another has to decide. */
  own: z.boolean(),
});

export const consoleOrderSchema = z.object({
  ...orderLineFields,
  terminalId: idField,
  stopCode: z.string().nullable(),
  /** Somebody wrote into its rows past the platform: no money moves by them. */
  changed: z.boolean(),
  legs: z.array(z.object({
    n: z.number().int(),
    kind: z.string(),
    state: z.string(),
    mode: z.enum(TENDER_MODES).nullable(),
    amountFen: fenField.nullable(),
    tries: z.number().int(),
    reference: z.string().nullable(),
    /** What two persons may state of it. */
    settlements: z.array(z.enum(OUTCOMES)),
    /** Of a refund: what they stated, and what its party said of it since. */
    stated: z.object({
      outcome: z.enum(["done", "not_done"]),
      answer: z.enum(["open", "confirmed", "contradicted"]),
    }).nullable(),
  })),
  /** It can be turned back. */
  closable: z.boolean(),
  attempts: z.array(z.object({
    n: z.number().int(),
    leg: z.number().int(),
    ask: z.string(),
    askedAt: timeField,
    answeredAt: timeField.nullable(),
    answer: z.string().nullable(),
    note: z.string().nullable(),
    /** Of the request that asked, as in logs and audit; null where the platform asked by itself. */
    traceId: z.string().nullable(),
    /** Where the trace is looked at; null unless the platform is told where. */
    traceUrl: z.string().nullable(),
  })),
  postings: z.array(z.object({
    n: z.number().int(),
    leg: z.number().int(),
    cause: z.enum(POSTING_CAUSES),
    debit: z.string(),
    credit: z.string(),
    amountFen: fenField,
    postedAt: timeField,
  })),
  payments: z.array(z.object({
    id: idField,
    kind: z.enum(["trade", "refund"]),
    at: timeField,
    state: z.string(),
    channel: z.string().nullable(),
    amountFen: fenField,
    reference: z.string().nullable(),
  })),
  /** What parties sent and were sent; contents stay sealed. */
  evidence: z.array(z.object({
    at: timeField,
    source: z.string(),
    what: z.string(),
    outcome: z.string().nullable(),
  })),
  acts: z.array(actSchema),
}).openapi("ConsoleOrder");

/** No names, numbers of papers or phones: those belong to nobody's evidence here. */
const evidenceField = lineField(200).refine((text) => !/\d{11}/.test(text), "expected no numbers");

const actFields = {
  id: idField,
  evidence: evidenceField,
  evidenceNumber: z.string().regex(/^[0-9A-Za-z_-]{1,64}$/).nullable(),
  evidenceDigest: z.string().regex(/^[0-9a-f]{64}$/).nullable(),
};

export const orderActBodySchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("close"), ...actFields }),
  z.strictObject({
    kind: z.literal("settle"),
    leg: z.number().int().min(0).max(99),
    outcome: z.enum(OUTCOMES),
    ...actFields,
  }),
]).openapi("OrderActBody");

export type OrderQuery = z.infer<typeof orderQuerySchema>;
export type OrderPage = z.infer<typeof orderPageSchema>;
export type InFlightQuery = z.infer<typeof inFlightQuerySchema>;
export type InFlightReply = z.infer<typeof inFlightReplySchema>;
export type ConsoleOrder = z.infer<typeof consoleOrderSchema>;
export type OrderActBody = z.infer<typeof orderActBodySchema>;
