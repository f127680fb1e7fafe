import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { buildCity } from "../../../sandbox/city/build_city.ts";
import { Faults } from "../../../sandbox/faults.ts";
import { createHisSandbox } from "../../../sandbox/his/create_his_sandbox.ts";
import { openTestHis } from "../../../tests/his.ts";
import { codeOf, valueOf } from "../../../tests/outcome.ts";
import type { Party, PartyReply } from "../../platform/party.ts";
import { openHisClient } from "./client.ts";
import { signCall } from "./sign.ts";

const AT = new Date("2026-11-23T01:00:00Z");
const POSTING = {
  institutionCode: "H44190100001",
  postingId: "019a8f3e-5c00-7abc-8def-0123456789ab",
};

function clientHearing(reply: PartyReply) {
  const party: Party = { name: "his", send: () => Promise.resolve(reply) };
  return openHisClient({ party, key: { app: "a", secret: "s" }, clock: { now: () => AT } });
}

function answered(status: number, body: unknown): PartyReply {
  return { kind: "answered", status, body: JSON.stringify(body) };
}

Deno.test("signCall() covers method, path, time, nonce and body", () => {
  const call = { method: "POST", path: "/his/v1/post", body: "{}", at: AT, nonce: "n" };
  const headers = signCall({ app: "a", secret: "s" }, call);
  // printf '{}' | sha256sum
  const digest = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
  const text = `POST\n/his/v1/post\n${AT.getTime()}\nn\n${digest}`;
  const expected = createHmac("sha256", "s").update(text).digest("hex");
  assert.equal(headers["x-signature"], expected);
});

Deno.test("a changing call is unknown unless HIS itself said no in its envelope", async () => {
  const cases: readonly (readonly [PartyReply, string])[] = [
    [{ kind: "lost", reason: "reset" }, "unknown"],
    [{ kind: "not_sent", reason: "connection refused" }, "not_sent"],
    [{ kind: "answered", status: 502, body: "<html>Bad gateway</html>" }, "unknown"],
    [{ kind: "answered", status: 200, body: '{"code":"ok","da' }, "unknown"],
    [answered(200, { code: 500159, message: "网关内部错误" }), "unknown"],
    [answered(200, { code: "ok", data: {} }), "unknown"],
    [answered(200, { code: "a_code_of_tomorrow", message: "?" }), "unknown"],
    [answered(500, { code: "ok", data: { postingId: POSTING.postingId } }), "unknown"],
    [answered(401, { code: "bad_signature", message: "签名不正确" }), "bad_signature"],
    [answered(200, { code: "service_rendered", message: "已发药" }), "service_rendered"],
    [answered(200, { code: "ok", data: { postingId: POSTING.postingId } }), "done"],
  ];
  for (const [reply, expected] of cases) {
    const outcome = await clientHearing(reply).cancel(POSTING);
    assert.equal(codeOf(outcome), expected, JSON.stringify(reply));
  }
});

Deno.test("HIS refuses another shape, a body changed after signing and an old signature", async () => {
  const key = { app: "yikatong", secret: "s" };
  const clock = { now: () => AT };
  const city = buildCity();
  using sandbox = createHisSandbox({ store: ":memory:", clock, faults: new Faults(), city, key });
  async function send(body: string, sent = body, at = AT): Promise<number> {
    const path = "/his/v1/cancel";
    const headers = signCall(key, {
      method: "POST",
      path,
      body,
      at,
      nonce: "0123456789abcdef",
    });
    return (await sandbox.app.request(path, { method: "POST", headers, body: sent })).status;
  }
  assert.equal(await send(JSON.stringify(POSTING)), 200);
  assert.equal(await send(JSON.stringify({ ...POSTING, reason: "?" })), 400);
  assert.equal(await send(JSON.stringify({ postingId: POSTING.postingId })), 400);
  assert.equal(await send("{"), 400);
  assert.equal(await send("{}", JSON.stringify(POSTING)), 401);
  const minutesAgo = new Date(AT.getTime() - 6 * 60_000);
  assert.equal(await send(JSON.stringify(POSTING), JSON.stringify(POSTING), minutesAgo), 401);
});

Deno.test("a wrong secret is refused before anything is done", async () => {
  using his = openTestHis({ secret: "not the secret" });
  const outcome = await his.client.cancel({ ...POSTING, institutionCode: his.site.code });
  assert.equal(codeOf(outcome), "bad_signature");
});

Deno.test("findPatient() leads from every credential to one record", async () => {
  using his = openTestHis();
  const person = his.person("two_bills");
  const keys = [
    { kind: "id_number", idNumber: person.idNumber },
    { kind: "social_security", socialSecurityNumber: person.idNumber },
    { kind: "card", region: "441900", cardNumber: person.card?.number ?? "" },
    { kind: "health_index", healthIndex: person.codes.health?.split(":")[2] ?? "" },
  ] as const;
  const found = await Promise.all(
    keys.map(async (by) =>
      valueOf(await his.client.findPatient({ institutionCode: his.site.code, by }))?.patientId
    ),
  );
  assert.equal(new Set(found).size, 1);
  assert.ok(found[0] && !found[0].includes(person.idNumber));
});

Deno.test("findPatient() says null for somebody without a record here", async () => {
  using his = openTestHis();
  const by = { kind: "id_number", idNumber: his.person("no_his_record").idNumber } as const;
  const institutionCode = his.site.code;
  assert.equal(valueOf(await his.client.findPatient({ institutionCode, by })), null);
});

Deno.test("createPatient() makes one record however often it is asked", async () => {
  using his = openTestHis();
  const { idNumber, name } = his.person("no_his_record");
  const institutionCode = his.site.code;
  const body = {
    requestId: his.newOrderId(),
    institutionCode,
    idNumber,
    name,
    phone: "10012345678",
  };
  his.faults.plan("his", "create_patient", { kind: "lose_answer" });
  assert.equal(codeOf(await his.client.createPatient(body)), "unknown");
  const first = valueOf(await his.client.createPatient(body));
  const otherRequest = { ...body, requestId: his.newOrderId() };
  assert.deepEqual(valueOf(await his.client.createPatient(otherRequest)), first);
  const otherPhone = { ...body, phone: "10087654321" };
  assert.equal(codeOf(await his.client.createPatient(otherPhone)), "conflict");
  const otherName = { ...otherRequest, requestId: his.newOrderId(), name: "别人" };
  assert.equal(codeOf(await his.client.createPatient(otherName)), "identity_mismatch");
  const by = { kind: "id_number", idNumber } as const;
  assert.deepEqual(valueOf(await his.client.findPatient({ institutionCode, by })), first);
});

Deno.test("createPatient() that never arrived leaves no record", async () => {
  using his = openTestHis();
  const { idNumber, name } = his.person("no_his_record");
  const institutionCode = his.site.code;
  his.faults.plan("his", "create_patient", { kind: "lose_request" });
  const requestId = his.newOrderId();
  const body = { requestId, institutionCode, idNumber, name, phone: "10012345678" };
  assert.equal(codeOf(await his.client.createPatient(body)), "unknown");
  const by = { kind: "id_number", idNumber } as const;
  assert.equal(valueOf(await his.client.findPatient({ institutionCode, by })), null);
});

Deno.test("reads are tried again when the first answer is lost; changes are not", async () => {
  using his = openTestHis();
  const { patientId } = await his.patient("two_bills");
  const institutionCode = his.site.code;
  his.faults.plan("his", "bills", { kind: "lose_answer" });
  assert.equal(valueOf(await his.client.listBills({ institutionCode, patientId })).length, 2);
  his.faults.plan("his", "release", { kind: "lose_request" });
  const holdId = his.newOrderId();
  assert.equal(codeOf(await his.client.release({ institutionCode, holdId })), "unknown");
});

Deno.test("an institution HIS does not know is refused", async () => {
  using his = openTestHis();
  const place = { institutionCode: "H99999999999", patientId: "P1" };
  assert.equal(codeOf(await his.client.listBills(place)), "unknown_institution");
});
