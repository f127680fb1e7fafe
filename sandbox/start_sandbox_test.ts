import assert from "node:assert/strict";
import { openCitizenCodeClient } from "../server/gateways/citizen_code/client.ts";
import { openHisClient } from "../server/gateways/his/client.ts";
import { createInsuranceClient } from "../server/gateways/insurance/client.ts";
import { DONGGUAN } from "../server/gateways/insurance/profile.ts";
import { SYSTEM_CLOCK as clock } from "../server/platform/clock.ts";
import { openParty } from "../server/platform/party.ts";
import { buildCity } from "./city/build_city.ts";
import { type Sandbox, startSandbox } from "./start_sandbox.ts";

const TIF = { paasid: "test", secretKey: "test-secret" };
const KEY = { app: "TESTAPP", secret: "test-secret" };

async function start(dataDir = ":memory:"): Promise<Sandbox> {
  return await startSandbox({
    dataDir,
    clock,
    city: buildCity(),
    host: "127.0.0.1",
    port: 0,
    secrets: {
      his: KEY,
      citizenCode: KEY,
      insurance: TIF,
      aggregatePay: { appId: "TESTAPP", appKey: "test-key", notifyKey: "test-notify" },
      cardHost: { master: new Uint8Array(16).fill(7) },
      mobileInsurance: {
        centre: {
          appId: "TESTAPP-OF-MOBILE-PAYMENT",
          appSecret: "test-secret",
          privateKey: new Uint8Array(32).fill(1),
          platformKey: new Uint8Array(65),
        },
        wallet: KEY,
        reportUrl: () => "http://platform.test",
      },
    },
  });
}

function planned(sandbox: Sandbox, body: unknown): Promise<Response> {
  return fetch(`${sandbox.urls.panel}sandbox/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

Deno.test("startSandbox() answers /healthz at the panel and at every party", async () => {
  await using sandbox = await start();
  for (const url of Object.values(sandbox.urls)) {
    const reply = await fetch(`${url.replace(/\/$/, "")}/healthz`);
    assert.equal(reply.status, 200, url);
    await reply.body?.cancel();
  }
});

Deno.test("every gateway's signed calls get through the prefix of its party", async () => {
  await using sandbox = await start();
  const line = (baseUrl: string) => openParty({ name: "test", baseUrl, timeoutMs: 5_000, clock });
  const [institution] = buildCity().institutions;
  assert.ok(institution);
  const { code, name } = institution;

  const his = openHisClient({ party: line(sandbox.urls.his), key: KEY, clock });
  const departments = await his.listDepartments({ institutionCode: code, from: "2026-11-22" });
  assert.equal(departments.kind, "done");

  const codes = openCitizenCodeClient({ party: line(sandbox.urls.citizenCode), key: KEY, clock });
  const nobody = await codes.decode({ code: "SSC0000000000000000000000000000000000000000" });
  assert.equal(nobody.kind === "refused" && nobody.code, "unknown_code");

  const party = line(sandbox.urls.insurance);
  const insurance = createInsuranceClient({ party, profile: DONGGUAN, secrets: TIF, clock });
  const sign = { opter_no: "0001", mac: "00-00-00-00-00-00", ip: "127.0.0.1" };
  const { outcome } = await insurance.send("9001", { signIn: sign }, {
    site: { code, name, admdvs: "441900", operator: { number: "0001", name: "自助机" } },
    msgid: `${code}202611221200000001`,
    insuplc: null,
    signNo: null,
  });
  assert.equal(outcome.kind, "done");
});

Deno.test("the fault API plans, lists, hits and forgets", async () => {
  await using sandbox = await start();
  const fault = { kind: "delay", ms: 1 };
  const reply = await planned(sandbox, { party: "his", call: "bills", fault, times: 2 });
  assert.equal(reply.status, 201);
  const { id } = await reply.json();
  const listed = await (await fetch(`${sandbox.urls.panel}sandbox/faults`)).json();
  assert.deepEqual(listed.faults, [{ id, party: "his", call: "bills", fault, left: 2 }]);
  await fetch(`${sandbox.urls.panel}sandbox/faults/${id}`, { method: "DELETE" });
  assert.equal(sandbox.faults.list().length, 0);
});

Deno.test("the fault API refuses what it does not know", async () => {
  await using sandbox = await start();
  const good = { party: "his", call: "post", fault: { kind: "lose_answer" } };
  for (
    const bad of [
      { ...good, party: "bank" },
      { ...good, call: "a b" },
      { ...good, fault: { kind: "explode" } },
      { ...good, fault: { kind: "delay" } },
      { ...good, fault: { kind: "wrong_amount", byFen: 0.5 } },
      { ...good, times: 0 },
      { ...good, more: 1 },
      null,
    ]
  ) {
    const reply = await planned(sandbox, bad);
    assert.equal(reply.status, 400, JSON.stringify(bad));
    await reply.body?.cancel();
  }
  assert.equal(sandbox.faults.list().length, 0);
});

Deno.test("an answer that is lost breaks the connection under a real server", async () => {
  await using sandbox = await start();
  sandbox.faults.plan("aggregate_pay", "query", { kind: "lose_answer" });
  const url = `${sandbox.urls.aggregatePay}/v4/poslink/transaction/query`;
  await assert.rejects(async () => {
    const reply = await fetch(url, { method: "POST", body: "{}" });
    await reply.text();
  });
  const next = await fetch(url, { method: "POST", body: "{}" });
  assert.equal((await next.json()).errCode, "SIGN_ERROR");
});

Deno.test("the panel shows persons by case and what is planned, without inline script", async () => {
  await using sandbox = await start();
  sandbox.faults.plan("insurance", "2207", { kind: "refuse", text: "<b>不可报销</b>" });
  const reply = await fetch(sandbox.urls.panel);
  const page = await reply.text();
  assert.match(page, /医保平台<\/strong> 结算/);
  assert.match(page, /&lt;b&gt;不可报销/);
  assert.match(page, /开一张缴费单/);
  assert.equal(/<script>|\son\w+="/.test(page), false);
  assert.match(reply.headers.get("content-security-policy") ?? "", /script-src 'self'/);
});

Deno.test("the parties' books are still there after the sandbox was started again", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const person = buildCity().persons.find((one) => one.story && one.hisRecords.length > 0);
    assert.ok(person);
    const post = async (sandbox: Sandbox, path: string) =>
      await (await fetch(sandbox.urls.his + path, { method: "POST" })).json();
    const billIds: string[] = [];
    {
      await using sandbox = await start(folder);
      const made = await post(sandbox, `/sandbox/persons/${person.idNumber}/bills`);
      billIds.push(...made.billIds);
    }
    await using again = await start(folder);
    assert.equal(billIds.length, 1);
    assert.deepEqual(await post(again, `/sandbox/bills/${billIds[0]}/withdraw`), {
      state: "withdrawn",
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
