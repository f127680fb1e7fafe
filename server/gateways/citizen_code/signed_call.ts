import type { z } from "zod";
import type { Clock } from "../../platform/clock.ts";
import { newId } from "../../platform/ids.ts";
import { done, notSent, type Outcome, unknown } from "../../platform/outcome.ts";
import type { Party } from "../../platform/party.ts";
import { signCall, type SigningKey } from "../his/sign.ts";

export interface CodePlatformLine {
  readonly party: Party;
  readonly key: SigningKey;
  readonly clock: Clock;
}

/** One signed call to the code platform, and its envelope as it came. */
export async function callCodePlatform<Answer extends z.ZodType>(
  line: CodePlatformLine,
  call: { readonly path: string; readonly asked: unknown; readonly readOnly: boolean },
  schema: Answer,
): Promise<Outcome<z.output<Answer>>> {
  const body = JSON.stringify(call.asked);
  const at = line.clock.now();
  const sent = { method: "POST", path: call.path, body } as const;
  const headers = signCall(line.key, { ...sent, at, nonce: newId(at) });
  const reply = await line.party.send({ ...sent, headers, readOnly: call.readOnly });
  if (reply.kind === "not_sent") return notSent(reply.reason);
  if (reply.kind === "lost") return unknown(reply.reason);
  const answer = schema.safeParse(parseJson(reply.body));
  return answer.success
    ? done(answer.data)
    : unknown("The code platform answered without its envelope");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
