import assert from "node:assert/strict";
import { openParty, type Party, type PartyCall, type PartyReply } from "../../platform/party.ts";
import { createInsuranceClient, type MessageContext } from "./client.ts";
import { DONGGUAN, type RegionalProfile } from "./profile.ts";

const CONTEXT: MessageContext = {
  site: {
    code: "H44190012345",
    name: "示例社区卫生服务中心",
    admdvs: "441900",
    operator: { number: "ZZ0317", name: "自助机0317" },
  },
  msgid: "H44190012345202603120942330012",
  insuplc: "441900",
  signNo: "SN1",
};
const REVERSAL = { data: { psn_no: "9", omsgid: "m", oinfno: "2207" } };
const AT = new Date("2026-03-12T01:42:33Z");

interface Wire {
  readonly calls: PartyCall[];
  ask(reply: PartyReply, profile?: Partial<RegionalProfile>, pin?: string): Promise<string>;
}

/** A party that answers what the test says; only the wire is faked. */
function openWire(): Wire {
  const calls: PartyCall[] = [];
  return {
    calls,
    async ask(reply, profile = {}, pin = "") {
      const party: Party = {
        name: "insurance",
        send(call) {
          calls.push(call);
          return Promise.resolve(reply);
        },
      };
      const client = createInsuranceClient({
        party,
        profile: { ...DONGGUAN, ...profile },
        secrets: { paasid: "own", secretKey: "OWNKEY0123456789" },
        clock: { now: () => AT },
      });
      const { outcome } = await client.send("2601", REVERSAL, { ...CONTEXT, pin });
      return outcome.kind === "refused" ? `refused ${outcome.text}` : outcome.kind;
    },
  };
}

function answered(body: unknown, status = 200): PartyReply {
  return {
    kind: "answered",
    status,
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
}

Deno.test("send() sorts what comes back by what it proves", async () => {
  const wire = openWire();
  const cases: readonly [PartyReply, string][] = [
    [answered({ infcode: 0, output: null }), "done"],
    [answered({ infcode: "0", output: null }), "done"],
    [answered({ infcode: 0, warn_msg: "本次结算超出限额提示", output: null }), "done"],
    [answered({ infcode: -1, err_msg: "报文ID重复", output: null }), "refused 报文ID重复"],
    [answered({ infcode: -1, err_msg: "cainfo校验失败" }), "refused cainfo校验失败"],
    [answered({ infcode: -1, err_msg: "无此交易\n\tat java.lang.Thread" }), "refused 无此交易"],
    [answered({ infcode: "-1", err_msg: null }), "refused "],
    [answered({ infcode: 7, err_msg: "?" }), "unknown"],
    [answered({ code: 500159, message: "网关错误" }), "unknown"],
    [answered({ message: "x", success: false, code: 1, type: "e" }), "unknown"],
    [answered("<html>502</html>", 502), "unknown"],
    [answered("null"), "unknown"],
    [answered(""), "unknown"],
    [{ kind: "lost", reason: "timeout" }, "unknown"],
    [{ kind: "not_sent", reason: "circuit open" }, "not_sent"],
  ];
  for (const [reply, expected] of cases) {
    assert.equal(await wire.ask(reply), expected, JSON.stringify(reply));
  }
});

Deno.test("send() takes an answer it cannot read for unknown, done or not", async () => {
  const party: Party = {
    name: "insurance",
    send: () => Promise.resolve(answered({ infcode: 0, output: { setlinfo: { setl_id: "1" } } })),
  };
  const client = createInsuranceClient({
    party,
    profile: DONGGUAN,
    secrets: null,
    clock: { now: () => AT },
  });
  const { outcome, infcode } = await client.send("2207", { data: {} }, CONTEXT);
  assert.deepEqual([outcome.kind, infcode], ["unknown", "0"]);
});

Deno.test("send() takes an answer that is slower than it waits for unknown", async () => {
  const AFTER_MS = [5_000, 30_000, 180_000];
  for (const ms of AFTER_MS) {
    let gone = false;
    const party = openParty({
      name: "insurance",
      baseUrl: "http://insurance.test",
      timeoutMs: 1,
      clock: { now: () => AT },
      fetch: (_input, init) =>
        new Promise((_, reject) => {
          const late = setTimeout(() => assert.fail("waited for"), ms);
          init?.signal?.addEventListener("abort", () => {
            clearTimeout(late);
            gone = true;
            reject(init.signal?.reason);
          });
        }),
    });
    const client = createInsuranceClient({
      party,
      profile: DONGGUAN,
      secrets: null,
      clock: { now: () => AT },
    });
    const { outcome } = await client.send("2207", { data: {} }, CONTEXT);
    assert.deepEqual([outcome.kind, gone], ["unknown", true], `${ms} ms`);
  }
});

Deno.test("send() bounds an error text and the input", async () => {
  const wire = openWire();
  const told = await wire.ask(answered({ infcode: -1, err_msg: "长".repeat(5_000) }));
  assert.equal(told.length, "refused ".length + 200);
  const client = createInsuranceClient({
    party: { name: "insurance", send: () => assert.fail("sent") },
    profile: DONGGUAN,
    secrets: null,
    clock: { now: () => AT },
  });
  const { outcome } = await client.send("2204", { feedetail: "x".repeat(40_001) }, CONTEXT);
  assert.equal(outcome.kind, "not_sent");
});

Deno.test("send() fills the envelope as the region wants it", async () => {
  const wire = openWire();
  const done = answered({ infcode: 0, output: null });
  await wire.ask(done);
  await wire.ask(done, {
    sendsSignNo: false,
    pinCarrier: "cainfo",
    url: { kind: "by_path", prefix: "/fsi/api" },
    header: "none",
  }, "PIN-ENVELOPE");
  const [dongguan, other] = wire.calls;
  assert.equal(dongguan?.path, "/ebus/gdyb_api/prd/hsa/hgs/2601");
  assert.match(dongguan?.headers?.["x-tif-signature"] ?? "", /^[0-9a-f]{64}$/);
  const envelope = JSON.parse(dongguan?.body ?? "");
  assert.equal(envelope.inf_time, "2026-03-12 09:42:33");
  assert.equal(envelope.mdtrtarea_admvs, "441900");
  assert.equal(envelope.insuplc_admdvs, "441900");
  assert.deepEqual([envelope.sign_no, envelope.cainfo], ["SN1", ""]);
  assert.deepEqual(envelope.input, REVERSAL);
  assert.ok(!dongguan?.body?.includes("OWNKEY"));
  assert.equal(other?.path, "/fsi/api/reverseService/revsMethod");
  assert.equal(other?.headers?.["x-tif-signature"], undefined);
  const foreign = JSON.parse(other?.body ?? "");
  assert.deepEqual([foreign.sign_no, foreign.cainfo], ["", "PIN-ENVELOPE"]);
});
