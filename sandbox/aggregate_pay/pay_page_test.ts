import assert from "node:assert/strict";
import { type BankOrder, openAggregatePay } from "../../server/gateways/aggregate_pay/client.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { newId } from "../../server/platform/ids.ts";
import { asFen } from "../../server/platform/money.ts";
import { openParty } from "../../server/platform/party.ts";
import { buildCity } from "../city/build_city.ts";
import { type Sandbox, startSandbox } from "../start_sandbox.ts";

const KEY = { app: "TESTAPP", secret: "test-secret" };
const TIF = { paasid: "test", secretKey: "test-secret" };
const BANK = { appId: "TESTAPP", appKey: "test-key", notifyKey: "test-notify" };
const MOBILE = {
  centre: {
    appId: "TESTAPP-OF-MOBILE-PAYMENT",
    appSecret: "test-secret",
    privateKey: new Uint8Array(32).fill(1),
    platformKey: new Uint8Array(65),
  },
  wallet: KEY,
  reportUrl: () => "http://platform.test",
};
const CARDS = { master: new Uint8Array(16).fill(7) };

async function openShown() {
  const sandbox = await startSandbox({
    dataDir: ":memory:",
    clock: SYSTEM_CLOCK,
    city: buildCity(),
    host: "127.0.0.1",
    port: 0,
    secrets: {
      his: KEY,
      citizenCode: KEY,
      insurance: TIF,
      aggregatePay: BANK,
      cardHost: CARDS,
      mobileInsurance: MOBILE,
    },
    fetch: () => Promise.reject(new TypeError("no platform here")),
  });
  const bank = bankOf(sandbox);
  const order: BankOrder = {
    tradeId: newId(SYSTEM_CLOCK.now()),
    merchant: "898441900000001",
    terminalNumber: "0001",
    amount: asFen(4879n),
  };
  const expiresAt = new Date(SYSTEM_CLOCK.now().getTime() + 120_000);
  const made = await bank.precreate(order, { title: "门诊缴费 <1>", expiresAt });
  assert.ok(made.kind === "done" && made.value.state === "waiting");
  const codeText = made.value.codeText ?? "";
  return {
    bank,
    order,
    sandbox,
    codeText,
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}

function bankOf(sandbox: Sandbox) {
  const party = openParty({
    name: "aggregate_pay",
    baseUrl: sandbox.urls.aggregatePay,
    timeoutMs: 5_000,
    clock: SYSTEM_CLOCK,
  });
  const config = { ...BANK, orderPrefix: "3194", notifyUrl: "http://us.test/notify" };
  return openAggregatePay({ party, config, clock: SYSTEM_CLOCK });
}

Deno.test("the page behind the shown code pays it with the chosen wallet", async () => {
  await using own = await openShown();
  const page = await (await fetch(own.codeText)).text();
  assert.match(page, /48\.79/);
  assert.match(page, /门诊缴费 &lt;1&gt;/);

  const reply = await fetch(own.codeText, {
    method: "POST",
    body: new URLSearchParams({ wallet: "ALIPAY" }),
  });
  assert.match(await reply.text(), /支付成功/);
  const found = await own.bank.query(own.order);
  assert.ok(found.kind === "done" && found.value.state === "paid");
  assert.equal(found.value.wallet, "ALIPAY");
});

Deno.test("POST /sandbox/phone pays or refuses by the code's text, and says when it cannot", async () => {
  await using own = await openShown();
  const phone = async (deed: string, codeText: string) => {
    const body = JSON.stringify({ do: deed, codeText });
    const url = `${own.sandbox.urls.aggregatePay}/sandbox/phone`;
    return await (await fetch(url, { method: "POST", body })).json();
  };
  assert.deepEqual(await phone("pay", "http://elsewhere/x"), {
    kind: "not_done",
    reason: "订单不存在",
  });
  assert.deepEqual(await phone("refuse", own.codeText), { kind: "done" });
  const found = await own.bank.query(own.order);
  assert.equal(found.kind === "refused" && found.code, "PAY_DECLINED");
  assert.equal((await phone("pay", own.codeText)).kind, "not_done");
});

Deno.test("the page of a code that does not exist says so and pays nothing", async () => {
  await using own = await openShown();
  const page = await (await fetch(`${own.sandbox.urls.aggregatePay}/pay/0000000000000000`)).text();
  assert.match(page, /未找到这笔订单/);
});
