import { Hono } from "hono";
import {
  identificationQuery,
  readBody,
  readQuery,
  refundableQuery,
  refundRequest,
} from "./local_requests.ts";
import type { PatientSession } from "./patient_session.ts";
import { askRefundable, askRefundables } from "./platform_calls.ts";
import type { PlatformCall, PlatformClient } from "./platform_client.ts";
import { passAnswer, refuse, SESSION_ENDED } from "./problems.ts";
import type { RefundAnswer, Refunds } from "./refunds.ts";

export interface RefundRouteDeps {
  readonly session: PatientSession;
  readonly client: PlatformClient;
  readonly refunds: Refunds;
}

/** What this patient paid here, and how it comes back (R-REF-06). */
export function refundRoutes(deps: RefundRouteDeps): Hono {
  const { session, refunds } = deps;
  const app = new Hono();
  app.get("/refundable", async (context) => {
    const query = readQuery(context, identificationQuery);
    if (query instanceof Response) return query;
    return await ofPatient(deps, { ...query, call: askRefundables(query.identificationId) });
  });
  app.get("/refundable/one", async (context) => {
    const query = readQuery(context, refundableQuery);
    if (query instanceof Response) return query;
    const { identificationId, orderId } = query;
    return await ofPatient(deps, {
      identificationId,
      call: askRefundable(identificationId, orderId),
    });
  });
  app.post("/refunds", async (context) => {
    const body = await readBody(context, refundRequest);
    if (body instanceof Response) return body;
    if (!session.holds(body.identificationId)) return refuse(SESSION_ENDED);
    return answerRefund(await refunds.request(body));
  });
  app.get(
    "/refunds/:id",
    async (context) => answerRefund(await refunds.look(context.req.param("id"))),
  );
  app.post("/refunds/:id/print", async (context) => {
    const reply = await refunds.print(context.req.param("id"));
    return "kind" in reply ? context.json(reply) : refuse(reply);
  });
  return app;
}

async function ofPatient<Value>(
  { session, client }: RefundRouteDeps,
  asked: { readonly identificationId: string; readonly call: PlatformCall<Value> },
): Promise<Response> {
  if (!session.holds(asked.identificationId)) return refuse(SESSION_ENDED);
  const answer = await client.call(asked.call);
  if (!session.holds(asked.identificationId)) return refuse(SESSION_ENDED);
  return passAnswer(answer);
}

function answerRefund(answer: RefundAnswer): Response {
  switch (answer.kind) {
    case "reply":
      return Response.json(answer.reply);
    case "refusal":
      return refuse(answer.refusal);
    default:
      return passAnswer(answer);
  }
}
