import { Hono } from "hono";
import type { IdentifyBody, InsuranceView } from "../server/modules/identity/contract.ts";
import type { Clock } from "../server/platform/clock.ts";
import { newId } from "../server/platform/ids.ts";
import { endIdentifications, endSession, type EndSessionDeps } from "./end_session.ts";
import {
  departmentQuery,
  faceRequest,
  identificationQuery,
  identifyRequest,
  presentRequest,
  profileRequest,
  readBody,
  readQuery,
  scannerWantRequest,
  scheduleQuery,
} from "./local_requests.ts";
import {
  askBills,
  askDepartments,
  askSchedules,
  askSlots,
  createProfile,
  identify,
  presentAgain,
} from "./platform_calls.ts";
import type { PlatformCall } from "./platform_client.ts";
import { CLOSED, passAnswer, refuse, SESSION_ENDED } from "./problems.ts";
import type { AuthorisedFace } from "./settle_notices.ts";
import type { SettingsWatch } from "./settings_watch.ts";
import { readMedium } from "./shown_medium.ts";

export interface SessionRouteDeps extends EndSessionDeps {
  readonly settings: Pick<SettingsWatch, "isClosed" | "last">;
  readonly clock: Clock;
}

/** From the card to the list of bills: everything that belongs to one patient. */
export function sessionRoutes(deps: SessionRouteDeps): Hono {
  const app = new Hono();
  app.post("/identify", async (context) => {
    const body = await readBody(context, identifyRequest);
    return body instanceof Response ? body : await identifyPatient(deps, body);
  });
  app.post("/face", async (context) => {
    const body = await readBody(context, faceRequest);
    if (body instanceof Response) return body;
    const { era } = deps.session;
    const read = await deps.faces.read(body);
    if (era !== deps.session.era) return refuse(SESSION_ENDED);
    if (read.kind === "no_face") return context.json(read);
    const { credential, face } = read;
    const asked = { credential, ...(body.service && { service: body.service }) };
    return await identifyPatient(deps, asked, face);
  });
  app.post("/present", async (context) => {
    const body = await readBody(context, presentRequest);
    if (body instanceof Response) return body;
    const { identificationId, service = "pay" } = body;
    if (!deps.session.holds(identificationId)) return refuse(SESSION_ENDED);
    const read = await readMedium(deps.faces, body, service);
    if (read.kind === "no_face") return context.json(read);
    const call = presentAgain(identificationId, { credential: read.credential, service });
    const heard = (insurance: InsuranceView) =>
      keepFace(deps, { identificationId, insurance, face: read.face });
    return await forPatient(deps, { identificationId, call, heard });
  });
  app.post("/face/stop", (context) => {
    deps.faces.stop();
    return context.body(null, 204);
  });
  app.post("/profile", async (context) => {
    const body = await readBody(context, profileRequest);
    if (body instanceof Response) return body;
    const { identificationId, phone } = body;
    return await forPatient(deps, {
      identificationId,
      call: createProfile(identificationId, phone),
    });
  });
  app.get("/bills", async (context) => {
    const query = readQuery(context, identificationQuery);
    if (query instanceof Response) return query;
    return await forPatient(deps, { ...query, call: askBills(query.identificationId) });
  });
  app.get("/departments", async (context) => {
    const query = readQuery(context, identificationQuery);
    if (query instanceof Response) return query;
    const call = askDepartments(query.identificationId);
    return await forPatient(deps, { ...query, call });
  });
  app.get("/schedules", async (context) => {
    const query = readQuery(context, departmentQuery);
    if (query instanceof Response) return query;
    const call = askSchedules(query.identificationId, query.department);
    return await forPatient(deps, { ...query, call });
  });
  app.get("/slots", async (context) => {
    const query = readQuery(context, scheduleQuery);
    if (query instanceof Response) return query;
    const call = askSlots(query.identificationId, query.schedule);
    return await forPatient(deps, { ...query, call });
  });
  app.post("/sessions/end", async (context) => {
    await endSession(deps);
    return context.body(null, 204);
  });
  app.post("/scanner/want", async (context) => {
    const body = await readBody(context, scannerWantRequest);
    if (body instanceof Response) return body;
    deps.supervisor.setWant(body.want);
    return context.body(null, 204);
  });
  return app;
}

async function identifyPatient(
  deps: SessionRouteDeps,
  asked: Omit<IdentifyBody, "id">,
  face?: AuthorisedFace,
): Promise<Response> {
  const { session, settings, client, clock, background } = deps;
  if (settings.isClosed) return refuse(CLOSED);
  const era = session.era;
  const id = newId(clock.now());
  const answer = await client.call(identify({ id, ...asked }));
  const lost = answer.kind === "no_answer";
  const found = answer.kind === "answered" && "id" in answer.value;
  const isTaken = () => !settings.isClosed && session.keep(id, era);
  if ((found || lost) && !isTaken()) {
    background.run("end identifications", () => endIdentifications(deps, [id]));
    return refuse(SESSION_ENDED);
  }
  if (answer.kind === "answered" && answer.value.kind === "known") {
    keepFace(deps, { identificationId: id, insurance: answer.value.insurance, face });
  }
  return passAnswer(answer);
}

/** Where the region wants to hear what becomes of a settlement by face. */
function keepFace(
  { notices }: SessionRouteDeps,
  { identificationId, insurance, face }: {
    readonly identificationId: string;
    readonly insurance: InsuranceView;
    readonly face: AuthorisedFace | undefined;
  },
): void {
  if (!face || insurance.status !== "covered" || !insurance.tellsOutcome) return;
  notices.remember(identificationId, face);
}

/** Only for the patient of this session, and only while it lasts. */
async function forPatient<Value>(
  { session, client }: SessionRouteDeps,
  asked: {
    readonly identificationId: string;
    readonly call: PlatformCall<Value>;
    readonly heard?: (value: Value) => void;
  },
): Promise<Response> {
  if (!session.holds(asked.identificationId)) return refuse(SESSION_ENDED);
  const answer = await client.call(asked.call);
  if (!session.holds(asked.identificationId)) return refuse(SESSION_ENDED);
  if (answer.kind === "answered") asked.heard?.(answer.value);
  return passAnswer(answer);
}
