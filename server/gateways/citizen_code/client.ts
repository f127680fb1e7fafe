import type { Clock } from "../../platform/clock.ts";
import { newId } from "../../platform/ids.ts";
import { done, notSent, type Outcome, refused, unknown } from "../../platform/outcome.ts";
import type { Party } from "../../platform/party.ts";
import { signCall, type SigningKey } from "../his/sign.ts";
import { answerSchema, type Citizen, type Decode, DECODE_PATH } from "./wire.ts";

/** Who a scanned code names; refuses with `unknown_code` or `expired_code`. Changes nothing. */
export interface CitizenCodeClient {
  decode(body: Decode): Promise<Outcome<Citizen>>;
}

export function openCitizenCodeClient(line: {
  readonly party: Party;
  readonly key: SigningKey;
  readonly clock: Clock;
}): CitizenCodeClient {
  return {
    async decode(asked) {
      const body = JSON.stringify(asked);
      const at = line.clock.now();
      const call = { method: "POST", path: DECODE_PATH, body } as const;
      const headers = signCall(line.key, { ...call, at, nonce: newId(at) });
      const reply = await line.party.send({ ...call, headers, readOnly: true });
      if (reply.kind === "not_sent") return notSent(reply.reason);
      if (reply.kind === "lost") return unknown(reply.reason);
      const answer = answerSchema.safeParse(parseJson(reply.body));
      if (!answer.success) return unknown("The code platform answered without its envelope");
      return answer.data.code === "ok"
        ? done(answer.data.data)
        : refused(answer.data.code, answer.data.message);
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
