import { z } from "@hono/zod-openapi";
import { timeField } from "../platform/openapi.ts";

/** `GET /api/console/v1/parties/health`: calls of the last ten minutes, by party and process. */
export const partyHealthReplySchema = z.object({
  parties: z.array(z.object({
    party: z.string(),
    process: z.string(),
    calls: z.number().int(),
    answered: z.number().int(),
    notSent: z.number().int(),
    lost: z.number().int(),
    meanMs: z.number().int(),
    maxMs: z.number().int(),
    /** `open`: what would move money is held back; questions go on. */
    circuit: z.enum(["closed", "open", "half_open"]),
    seenAt: timeField,
  })),
}).openapi("PartyHealthReply");

export type PartyHealthReply = z.infer<typeof partyHealthReplySchema>;
