import assert from "node:assert/strict";
import { ORDER_STATES, type OrderView, type Stage, STAGES } from "../contract.ts";
import { goneAwayPage, type PayPage, payPage } from "./page.ts";

const TENDER: NonNullable<OrderView["tender"]> = {
  mode: "show_code",
  state: "waiting_for_patient",
  codeText: "https://bank.test/pay/1",
  expiresAt: null,
  refusal: null,
};

function orderAt(stage: Stage, tender: OrderView["tender"] = null): OrderView {
  return {
    id: "019aa914-9a60-7000-8000-000000000001",
    number: "0317-000000001",
    state: ORDER_STATES[0],
    stage,
    kind: "bills",
    title: "门诊费用",
    settlement: "insurance",
    quote: {
      version: 1,
      totalFen: "18555",
      fundFen: "12040",
      accountFen: "3000",
      otherFen: "0",
      cashFen: "3515",
      accountBalanceFen: null,
    },
    tender,
    deadline: null,
    reason: null,
    cancellable: true,
    receipt: null,
  };
}

async function textOf(order: OrderView, page: Partial<PayPage> = {}): Promise<string> {
  const of = { institution: "南城街道社区卫生服务中心", program: "wechat", choiceId: "x" } as const;
  return String(await payPage({ order, ways: ["show_code"], ...of, ...page }));
}

Deno.test("payPage() offers every way a phone can go, and says why the last one failed (R-PAY-10)", async () => {
  const refused = { ...TENDER, state: "refused", refusal: "payment.insufficient" } as const;
  const text = await textOf(orderAt("choose_tender", refused), {
    ways: ["show_code", "medical_mix"],
  });
  assert.match(text, /value="show_code">微信支付</);
  assert.match(text, /value="medical_mix">医保移动支付</);
  assert.match(text, /余额不足/);
  assert.match(text, /医保付 150\.40 元/);
});

Deno.test("payPage() leads on where a phone can follow, else back to the kiosk's screen", async () => {
  assert.match(await textOf(orderAt("pay", TENDER)), /href="https:\/\/bank\.test\/pay\/1"/);
  const own = await textOf(orderAt("pay", { ...TENDER, codeText: "weixin://wxpay/1" }));
  assert.doesNotMatch(own, /href="weixin/);
  assert.match(own, /扫自助机屏幕上的码/);
  const opening = { ...TENDER, state: "opening", codeText: null } as const;
  assert.match(await textOf(orderAt("pay", opening)), /正在打开付款/);
});

Deno.test("payPage() asks again while something moves, and never calls the unknown failed", async () => {
  for (const stage of STAGES) {
    const text = await textOf(orderAt(stage));
    const moves = ["preparing", "pay", "working", "unknown", "returning"].includes(stage);
    assert.equal(/http-equiv="refresh"/.test(text), moves, stage);
    assert.match(text, /0317-000000001/, stage);
    assert.doesNotMatch(text, /<script/, stage);
  }
  const unknown = await textOf(orderAt("unknown"));
  assert.match(unknown, /不要重复付款/);
  assert.doesNotMatch(unknown, /没有付成功|没有扣/);
});

Deno.test("payPage() says what became of money that was paid, and of a code that is over", async () => {
  assert.match(await textOf(orderAt("completed")), /付款成功/);
  assert.match(await textOf(orderAt("returned", { ...TENDER, state: "paid" })), /原路退回/);
  assert.match(await textOf(orderAt("returned")), /没有扣款/);
  assert.match(String(await goneAwayPage()), /已经过期/);
});
