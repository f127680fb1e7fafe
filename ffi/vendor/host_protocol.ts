import { z } from "zod";

/**
 * What parent and host process say to each other, each message a frame (`frames.ts`): calls down
 * standard input, everything else up a copy of standard output that the library does not know.
 */

const bytes = z.custom<Uint8Array>((given) => given instanceof Uint8Array, "bytes");
const value = z.union([z.string(), z.number(), bytes]);
const values = z.record(z.string().max(64), value);
/** Of the call that is answered. */
const id = z.int();
const functionName = z.string().max(64);

const toHost = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("call"), id, function: functionName, inputs: values }),
  /** End well: the profile's exit function, then the process. */
  z.strictObject({ kind: z.literal("leave") }),
]);

const fromHost = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("ready"), functions: z.array(functionName).max(64) }),
  /** The library cannot be loaded, or its init function fails. */
  z.strictObject({ kind: z.literal("refused"), reason: z.string().max(4_000) }),
  z.strictObject({ kind: z.literal("heartbeat") }),
  z.strictObject({
    kind: z.literal("returned"),
    id,
    succeeded: z.boolean(),
    code: z.number().nullable(),
    outputs: values,
    hasOddResult: z.boolean(),
  }),
  z.strictObject({ kind: z.literal("overrun"), id }),
  z.strictObject({ kind: z.literal("handle_gone"), id }),
]);

export type ToHost = z.infer<typeof toHost>;
export type FromHost = z.infer<typeof fromHost>;

/** Throws for anything else. */
export function parseToHost(message: unknown): ToHost {
  return toHost.parse(message);
}

/**
 * Throws for anything else: a process in which a library went astray is not to be trusted, nor is
 * what it says to be put into a message.
 */
export function parseFromHost(message: unknown): FromHost {
  const parsed = fromHost.safeParse(message);
  if (!parsed.success) {
    throw new TypeError("Cannot read the host's message: expected another shape");
  }
  return parsed.data;
}
