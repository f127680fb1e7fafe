import { Hono } from "hono";
import type { DischargeView } from "../server/modules/inpatient/contract.ts";
import type { Discharges } from "./discharges.ts";
import { dischargeRequest, identificationQuery, readBody, readQuery } from "./local_requests.ts";
import type { PatientSession } from "./patient_session.ts";
import { askInpatient } from "./platform_calls.ts";
import type { PlatformClient } from "./platform_client.ts";
import { passAnswer, refuse, SESSION_ENDED } from "./problems.ts";
import type { ReturnAnswer } from "./returns.ts";

interface InpatientRouteDeps {
  readonly session: PatientSession;
  readonly client: PlatformClient;
  readonly discharges: Discharges;
}

/** The stay of this patient: what is paid in goes as any order; what is left comes back here. */
export function inpatientRoutes({ session, client, discharges }: InpatientRouteDeps): Hono {
  const app = new Hono();
  app.get("/inpatient", async (context) => {
    const query = readQuery(context, identificationQuery);
    if (query instanceof Response) return query;
    const { identificationId } = query;
    if (!session.holds(identificationId)) return refuse(SESSION_ENDED);
    const answer = await client.call(askInpatient(identificationId));
    return session.holds(identificationId) ? passAnswer(answer) : refuse(SESSION_ENDED);
  });
  app.post("/discharge-refunds", async (context) => {
    const body = await readBody(context, dischargeRequest);
    if (body instanceof Response) return body;
    if (!session.holds(body.identificationId)) return refuse(SESSION_ENDED);
    return answerReturn(await discharges.request(body));
  });
  app.get(
    "/discharge-refunds/:id",
    async (context) => answerReturn(await discharges.look(context.req.param("id"))),
  );
  app.post("/discharge-refunds/:id/print", async (context) => {
    const reply = await discharges.print(context.req.param("id"));
    return "kind" in reply ? context.json(reply) : refuse(reply);
  });
  return app;
}

function answerReturn(answer: ReturnAnswer<DischargeView>): Response {
  switch (answer.kind) {
    case "reply":
      return Response.json(answer.reply);
    case "refusal":
      return refuse(answer.refusal);
    default:
      return passAnswer(answer);
  }
}
