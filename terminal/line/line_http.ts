import type { z } from "zod";
import { type Problem, problemSchema } from "../../server/platform/openapi.ts";

/** Plain calls, before there is a session: enrolment and the opening of one. */

/** How the line reaches the platform. */
export interface LineRoute {
  readonly url: string;
  readonly fetch: typeof fetch;
}

export const LINE_PREFIX = "/api/line/v1";

const ANSWER_BYTES_MAX = 2 * 1024 * 1024;
const PLAIN_WAIT_MS_MAX = 10_000;

export type PlainAnswer<Value> =
  | { readonly kind: "answered"; readonly value: Value }
  | { readonly kind: "problem"; readonly problem: Problem };

/** Throws when no answer of the platform came: nobody there, a gateway's page, too late. */
export async function postPlain<Value>(
  route: LineRoute,
  call: { readonly path: string; readonly body: unknown; readonly schema: z.ZodType<Value> },
  signal: AbortSignal,
): Promise<PlainAnswer<Value>> {
  const late = AbortSignal.timeout(PLAIN_WAIT_MS_MAX);
  const response = await route.fetch(`${route.url}${LINE_PREFIX}${call.path}`, {
    method: "POST",
    redirect: "manual",
    signal: AbortSignal.any([signal, late]),
    headers: { "content-type": "application/json" },
    body: JSON.stringify(call.body),
  });
  const body = readJson(await readBytes(response));
  if (response.ok) {
    const value = call.schema.safeParse(body);
    if (value.success) return { kind: "answered", value: value.data };
    throw new Error(`Cannot understand the platform's answer to ${call.path}`);
  }
  const problem = problemSchema.safeParse(body);
  if (problem.success) return { kind: "problem", problem: problem.data };
  throw new Error(`Cannot reach the platform: HTTP ${response.status} without a problem`);
}

export async function readBytes(response: Response): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let used = 0;
  for await (const piece of response.body ?? []) {
    used += piece.length;
    if (used > ANSWER_BYTES_MAX) {
      throw new Error(`Cannot read the answer: expected at most ${ANSWER_BYTES_MAX} bytes`);
    }
    pieces.push(piece);
  }
  const bytes = new Uint8Array(used);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** Null for no body, undefined for what is not JSON: no answer of the platform. */
export function readJson(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return null;
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // What it was is judged by its status.
    return undefined;
  }
}
