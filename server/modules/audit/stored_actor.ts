import { z } from "zod";
import type { Actor } from "./actor.ts";

const actorShape = z.object({
  kind: z.enum(["user", "program", "terminal", "system", "shell", "nobody"]),
  id: z.string().nullable(),
  name: z.string(),
  organisationId: z.string().nullable(),
  sessionId: z.string().nullable(),
  address: z.string().nullable(),
  traceId: z.string().nullable(),
});

/** Who asked for something that another process ends, as its row keeps it: JSON of the Actor. */
export function storedActor(text: string): Actor {
  return actorShape.parse(JSON.parse(text));
}
