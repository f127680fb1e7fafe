import type { z } from "zod";
import type { Clock } from "../../platform/clock.ts";
import { newId } from "../../platform/ids.ts";
import { done, notSent, type Outcome, refused, unknown } from "../../platform/outcome.ts";
import type { Party } from "../../platform/party.ts";
import { signCall, type SigningKey } from "./sign.ts";
import { answerSchema, type HisCall } from "./wire.ts";

export interface HisLine {
  readonly party: Party;
  readonly key: SigningKey;
  readonly clock: Clock;
}

/**
 * One signed call. Only a refusal in HIS's own envelope is a definite no; any other text (a
 * gateway's page, half an answer) says nothing about what HIS did.
 */
export async function exchange<Answer>(
  line: HisLine,
  call: {
    readonly name: HisCall;
    readonly body: unknown;
    readonly answer: z.ZodType<Answer>;
    readonly readOnly?: boolean;
  },
): Promise<Outcome<Answer>> {
  const path = `/his/v1/${call.name}`;
  const body = JSON.stringify(call.body);
  const at = line.clock.now();
  const headers = signCall(line.key, { method: "POST", path, body, at, nonce: newId(at) });
  const readOnly = call.readOnly ?? false;
  const takesBack = TAKES_BACK.has(call.name);
  const reply = await line.party.send({
    method: "POST",
    path,
    headers,
    body,
    readOnly,
    takesBack,
  });
  if (reply.kind === "not_sent") return notSent(reply.reason);
  if (reply.kind === "lost") return unknown(reply.reason);
  return read(call, reply);
}

const TAKES_BACK: ReadonlySet<HisCall> = new Set(["cancel", "release", "return", "return_deposit"]);

function read<Answer>(
  call: { readonly name: HisCall; readonly answer: z.ZodType<Answer> },
  reply: { readonly status: number; readonly body: string },
): Outcome<Answer> {
  const envelope = answerSchema.safeParse(parseJson(reply.body));
  if (!envelope.success) return unknown(`HIS answered ${call.name} without its envelope`);
  if (envelope.data.code !== "ok") return refused(envelope.data.code, envelope.data.message);
  if (reply.status !== 200) return unknown(`HIS answered ${call.name} with HTTP ${reply.status}`);
  const answer = call.answer.safeParse(envelope.data.data);
  if (answer.success) return done(answer.data);
  const where = answer.error.issues[0]?.path.join(".") ?? "";
  return unknown(`HIS answered ${call.name} with a bad "${where}"`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
