import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Problem } from "../server/platform/openapi.ts";
import type { PlatformAnswer } from "./platform_client.ts";

/** A refusal of the terminal itself; the platform's are passed through as they came. */
export interface Refusal {
  readonly status: ContentfulStatusCode;
  readonly code: string;
  readonly title: string;
  readonly retry: Problem["retry"];
}

export const PLATFORM_UNREACHABLE: Refusal = {
  status: 503,
  code: "terminal.platform_unreachable",
  title: "The platform does not answer",
  retry: "safe",
};

/** The terminal is about to be restarted for an update. */
export const CLOSED: Refusal = {
  status: 503,
  code: "terminal.suspended",
  title: "The terminal takes nobody new now",
  retry: "safe",
};

export const SESSION_ENDED: Refusal = {
  status: 409,
  code: "terminal.session_ended",
  title: "The session ended meanwhile",
  retry: "never",
};

export const ORDER_NOT_HERE: Refusal = {
  status: 404,
  code: "terminal.order_not_here",
  title: "No order of this session has this id",
  retry: "never",
};

/** No pad with keys, no reader for bank cards, or nothing to be paid just now. */
export const NO_CARD_PAYMENT: Refusal = {
  status: 409,
  code: "terminal.no_card_payment",
  title: "No bank card can pay this now",
  retry: "never",
};

export const JOURNAL_FULL: Refusal = {
  status: 503,
  code: "terminal.journal_full",
  title: "Too many orders are unfinished on this terminal",
  retry: "ask_operator",
};

export const NOTHING_TO_PRINT: Refusal = {
  status: 409,
  code: "terminal.nothing_to_print",
  title: "The order has no receipt",
  retry: "never",
};

export function refuse(refusal: Refusal): Response {
  const problem: Problem = {
    type: "about:blank",
    title: refusal.title,
    status: refusal.status,
    code: refusal.code,
    retry: refusal.retry,
    traceId: crypto.randomUUID(),
  };
  return passProblem(problem);
}

export function passProblem(problem: Problem): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { "content-type": "application/problem+json" },
  });
}

/** What the screen gets for a call that went straight to the platform. */
export function passAnswer<Value>(answer: PlatformAnswer<Value>): Response {
  switch (answer.kind) {
    case "answered":
      return Response.json(answer.value);
    case "problem":
      return passProblem(answer.problem);
    case "no_answer":
      return refuse(PLATFORM_UNREACHABLE);
  }
}
