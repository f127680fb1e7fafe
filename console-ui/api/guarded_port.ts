import {
  type Answer,
  CONFIRMATION_NEEDED,
  NO_ANSWER,
  OUTCOME_UNKNOWN,
  SIGNED_OUT,
} from "./answer.ts";
import type { ConsolePort, EndpointName, ReplyOf, RequestOf } from "./port.ts";

const UNANSWERED: ReadonlySet<string> = new Set([NO_ANSWER, OUTCOME_UNKNOWN]);

export interface GuardedPortDeps {
  readonly port: ConsolePort;
  /** The session is over: nothing of it may stay on the screen. */
  readonly ended: () => void;
  /** Asks for password and second factor; false when that was given up. */
  readonly confirm: () => Promise<boolean>;
  /** After every answer, and when there was none. */
  readonly heard: (reached: boolean) => void;
}

/** What every request of a signed-in page goes through. */
export function guardedPort({ port, ended, confirm, heard }: GuardedPortDeps): ConsolePort {
  async function callOnce<Name extends EndpointName>(
    name: Name,
    request: RequestOf<Name>,
  ): Promise<Answer<ReplyOf<Name>>> {
    const answer = await port.call(name, request);
    heard(answer.ok || !UNANSWERED.has(answer.refusal.code));
    if (!answer.ok && answer.refusal.code === SIGNED_OUT) ended();
    return answer;
  }
  return {
    async call<Name extends EndpointName>(
      name: Name,
      request: RequestOf<Name>,
    ): Promise<Answer<ReplyOf<Name>>> {
      const answer = await callOnce(name, request);
      if (answer.ok || answer.refusal.code !== CONFIRMATION_NEEDED) return answer;
      return await confirm() ? await callOnce(name, request) : answer;
    },
  };
}
