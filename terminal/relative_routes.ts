import { Hono } from "hono";
import type { Clock } from "../server/platform/clock.ts";
import { newId } from "../server/platform/ids.ts";
import {
  identificationQuery,
  readBody,
  readQuery,
  relativeRequest,
  withdrawRequest,
} from "./local_requests.ts";
import type { FaceReading } from "./face_reading.ts";
import type { PatientSession } from "./patient_session.ts";
import { askRelatives, giveRelativeConsent, withdrawRelativeConsent } from "./platform_calls.ts";
import type { PlatformCall, PlatformClient } from "./platform_client.ts";
import { passAnswer, refuse, SESSION_ENDED } from "./problems.ts";
import { readMedium } from "./shown_medium.ts";

export interface RelativeRouteDeps {
  readonly session: PatientSession;
  readonly client: Pick<PlatformClient, "call">;
  readonly clock: Clock;
  readonly faces: Pick<FaceReading, "read">;
}

/** Relatives who lend this patient their account (R-PAY-03); nothing of them is kept here. */
export function relativeRoutes(deps: RelativeRouteDeps): Hono {
  const app = new Hono();
  app.get("/", async (context) => {
    const query = readQuery(context, identificationQuery);
    if (query instanceof Response) return query;
    return await ofPatient(deps, { ...query, call: askRelatives(query.identificationId) });
  });
  app.post("/", async (context) => {
    const body = await readBody(context, relativeRequest);
    if (body instanceof Response) return body;
    const { identificationId, relation, noticeVersion, days } = body;
    if (!deps.session.holds(identificationId)) return refuse(SESSION_ENDED);
    const read = await readMedium(deps.faces, body, "pay");
    if (read.kind === "no_face") return context.json(read);
    const { credential } = read;
    const id = newId(deps.clock.now());
    const consent = { id, identificationId, credential, relation, noticeVersion, days };
    return await ofPatient(deps, { identificationId, call: giveRelativeConsent(consent) });
  });
  app.post("/:id/withdrawal", async (context) => {
    const body = await readBody(context, withdrawRequest);
    if (body instanceof Response) return body;
    const { identificationId } = body;
    const call = withdrawRelativeConsent(context.req.param("id"), identificationId);
    return await ofPatient(deps, { identificationId, call });
  });
  return app;
}

async function ofPatient<Value>(
  { session, client }: RelativeRouteDeps,
  asked: { readonly identificationId: string; readonly call: PlatformCall<Value> },
): Promise<Response> {
  if (!session.holds(asked.identificationId)) return refuse(SESSION_ENDED);
  const answer = await client.call(asked.call);
  return session.holds(asked.identificationId) ? passAnswer(answer) : refuse(SESSION_ENDED);
}
