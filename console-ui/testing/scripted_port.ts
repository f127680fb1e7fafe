import { type Answer, refusalOf } from "../api/answer.ts";
import type { ConsolePort, EndpointName, ReplyOf, RequestOf } from "../api/port.ts";

/** Scripted replies per endpoint: the last one repeats; `"never"` leaves the screen waiting. */
export type Script = {
  readonly [Name in EndpointName]?: readonly (Answer<ReplyOf<Name>> | "never")[];
};

export interface Asked {
  readonly name: EndpointName;
  readonly request: unknown;
}

export interface ScriptedPort extends ConsolePort {
  /** Oldest first. */
  readonly asked: readonly Asked[];
  script(change: Script): void;
}

export function scriptedPort(initial: Script = {}): ScriptedPort {
  const script: Record<string, unknown[]> = {};
  const asked: Asked[] = [];

  function change(next: Script): void {
    for (const [name, replies] of Object.entries(next)) script[name] = [...replies];
  }

  change(initial);
  return {
    asked,
    script: change,
    call<Name extends EndpointName>(
      name: Name,
      request: RequestOf<Name>,
    ): Promise<Answer<ReplyOf<Name>>> {
      asked.push({ name, request });
      const queue = script[name] ?? [];
      const reply = queue.length > 1 ? queue.shift() : queue[0];
      if (reply === "never") return new Promise(() => {});
      return Promise.resolve((reply ?? no("request.not_found")) as Answer<ReplyOf<Name>>);
    },
  };
}

export function yes<Value>(value: Value): Answer<Value> {
  return { ok: true, value };
}

export function no(code: string, detail: string | null = null): Answer<never> {
  return { ok: false, refusal: { ...refusalOf(code), traceId: "4f1c9d2e7ab04c55", detail } };
}
