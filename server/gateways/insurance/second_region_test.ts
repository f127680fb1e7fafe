import assert from "node:assert/strict";
import { hmacSm3 } from "../../../crypto/sm3.ts";
import { Faults, inProcessFetch } from "../../../sandbox/faults.ts";
import { createInsuranceSandbox } from "../../../sandbox/insurance/insurance.ts";
import { DONGGUAN_SANDBOX } from "../../../sandbox/insurance/region.ts";
import { PATIENT } from "../../../sandbox/insurance/worked_visit.ts";
import { openParty } from "../../platform/party.ts";
import { createInsuranceClient, type MessageContext } from "./client.ts";
import { DONGGUAN, type RegionalProfile } from "./profile.ts";

/** Another province as it is seen in public sources (nhsa.md §1.1, §1.3, §1.4): data, no code. */
const ZHEJIANG: RegionalProfile = {
  ...DONGGUAN,
  name: "zhejiang, in tests",
  admdvs: "330100",
  recerSysCode: "FSI_LOCAL",
  recerSysCodes: { "410": "GS_LOCAL" },
  infver: "1.0",
  signtype: "",
  url: { kind: "by_path", prefix: "/fsi/api" },
  header: "x_ca",
  aForms: [],
};
const NOW = new Date("2026-03-12T01:00:00Z");
const SECRET = new TextEncoder().encode("OWNSECRET");

Deno.test("another region's paths, receiver, version and header are data of its profile", async () => {
  const seen: Request[] = [];
  const clock = { now: () => NOW };
  using sandbox = createInsuranceSandbox({
    store: ":memory:",
    clock,
    faults: new Faults(),
    city: { persons: [PATIENT] },
    region: {
      ...DONGGUAN_SANDBOX,
      admdvs: ZHEJIANG.admdvs,
      aForms: false,
      tif: null,
      receivers: { usual: ZHEJIANG.recerSysCode, ofScheme: ZHEJIANG.recerSysCodes },
    },
  });
  const party = openParty({
    name: "insurance",
    baseUrl: "http://insurance.test",
    timeoutMs: 1_000,
    clock,
    fetch: inProcessFetch((request) => {
      seen.push(request.clone());
      return sandbox.app.fetch(request);
    }),
  });
  const client = createInsuranceClient({
    party,
    profile: ZHEJIANG,
    secrets: null,
    signer: { hospitalKey: "H330100", mac: (data) => Promise.resolve(hmacSm3(SECRET, data)) },
    clock,
  });
  const opter_no = CONTEXT.site.operator.number;
  const signIn = { opter_no, ...ZHEJIANG.signInAddress };
  const signed = await client.send("9001", { signIn }, CONTEXT);
  assert.ok(signed.outcome.kind === "done", JSON.stringify(signed.outcome));
  const { sign_no: signNo } = signed.outcome.value.signinoutb;
  const data = { mdtrt_cert_type: "02", mdtrt_cert_no: PATIENT.idNumber };
  const msgid = CONTEXT.msgid.replace(/1$/, "2");
  const person = await client.send("1101", { data }, { ...CONTEXT, msgid, signNo });
  assert.equal(person.outcome.kind, "done");
  assert.deepEqual(seen.map(({ url }) => new URL(url).pathname), [
    "/fsi/api/signInSignOutService/signIn",
    "/fsi/api/fsiPsnInfoService/queryPsnInfo",
  ]);
  for (const request of seen) await checkSigned(request);
});

const CONTEXT: MessageContext = {
  site: {
    code: "H33010000317",
    name: "样例卫生院",
    admdvs: "330100",
    operator: { number: "ZZ0317", name: "自助机" },
  },
  msgid: "H33010000317202603120900000001",
  insuplc: null,
  signNo: null,
};

async function checkSigned(request: Request): Promise<void> {
  const body = await request.text();
  const [timestamp, mac] = (request.headers.get("x-ca-signature") ?? "").split(":");
  const signed = new TextEncoder().encode(`${timestamp}\n${body}`);
  assert.equal(mac, hmacSm3(SECRET, signed).toHex().toUpperCase(), "over the body as it left");
  assert.equal(request.headers.get("x-tif-signature"), null);
  const { recer_sys_code, infver } = JSON.parse(body);
  assert.deepEqual([recer_sys_code, infver], ["FSI_LOCAL", "1.0"]);
}
