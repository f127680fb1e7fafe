import assert from "node:assert/strict";
import { Hono } from "hono";
import { SYSTEM_CLOCK } from "../server/platform/clock.ts";
import { newId } from "../server/platform/ids.ts";
import type { FaceReading } from "./face_reading.ts";
import { PatientSession } from "./patient_session.ts";
import type { PlatformAnswer, PlatformCall, PlatformClient } from "./platform_client.ts";
import { relativeRoutes } from "./relative_routes.ts";

const CREDENTIAL = { kind: "scanned_code", code: "123456789" } as const;

interface At {
  readonly session: PatientSession;
  readonly asked: PlatformCall<unknown>[];
  readonly patient: string;
  post(path: string, body: unknown): Promise<Response>;
}

function routesWith(read: Awaited<ReturnType<FaceReading["read"]>>): At {
  const session = new PatientSession();
  const asked: PlatformCall<unknown>[] = [];
  const client: Pick<PlatformClient, "call"> = {
    call<Value>(call: PlatformCall<Value>): Promise<PlatformAnswer<Value>> {
      asked.push(call);
      return Promise.resolve({ kind: "no_answer", reason: "test", late: false });
    },
  };
  const faces: Pick<FaceReading, "read"> = { read: () => Promise.resolve(read) };
  const app = new Hono().route(
    "/",
    relativeRoutes({ session, client, faces, clock: SYSTEM_CLOCK }),
  );
  const patient = newId(SYSTEM_CLOCK.now());
  session.keep(patient, session.era);
  return {
    session,
    asked,
    patient,
    post: async (path, body) =>
      await app.request(path, { method: "POST", body: JSON.stringify(body) }),
  };
}

const NOBODY = { kind: "no_face", reason: "nobody" } as const;

function consentOf(identificationId: string) {
  return { identificationId, relation: "child", noticeVersion: "1", days: 1 };
}

Deno.test("a relative's consent goes to the platform under an id made here, once", async () => {
  const at = routesWith(NOBODY);
  const body = { ...consentOf(at.patient), credential: CREDENTIAL };
  const answer = await at.post("/", body);
  assert.equal(answer.status, 503);
  const [call] = at.asked;
  assert.equal(at.asked.length, 1);
  assert.ok(call && !call.repeatable && call.path === "/relatives");
  const { id, ...sent } = Object(call.body);
  assert.equal(typeof id, "string");
  assert.deepEqual(sent, body);
});

Deno.test("a relative's face is read here and its token is never told to the screen", async () => {
  const credential = {
    kind: "insurance_face",
    idNumber: "441900195203070000",
    name: "测试甲",
    token: "SECRET",
    region: "441900",
  } as const;
  const at = routesWith({ kind: "credential", credential });
  const answer = await at.post("/", { ...consentOf(at.patient), face: { number: "0000" } });
  assert.doesNotMatch(await answer.text(), /SECRET/);
  assert.deepEqual(Object(at.asked[0]?.body).credential, credential);
});

Deno.test("a face that nobody showed asks nothing of the platform", async () => {
  const at = routesWith(NOBODY);
  const answer = await at.post("/", { ...consentOf(at.patient), face: { number: null } });
  assert.deepEqual(await answer.json(), NOBODY);
  assert.equal(at.asked.length, 0);
});

Deno.test("no consent is given or taken back for a patient who has left", async () => {
  const at = routesWith(NOBODY);
  at.session.end();
  const body = { ...consentOf(at.patient), credential: CREDENTIAL };
  const id = newId(SYSTEM_CLOCK.now());
  const answers = [
    await at.post("/", body),
    await at.post(`/${id}/withdrawal`, { identificationId: at.patient }),
  ];
  for (const answer of answers) assert.equal((await answer.json()).code, "terminal.session_ended");
  assert.equal(at.asked.length, 0);
});
