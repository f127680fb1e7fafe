import { html } from "hono/html";
import { formatYuan } from "../../server/platform/money.ts";
import type { OrderRow } from "./bank_store.ts";

/** What a phone shows after scanning the terminal's code; a form, so that it works without script. */
export function payPage(order: OrderRow | null): ReturnType<typeof html> {
  return html`
    <!doctype html>
    <html lang="zh-CN">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>模拟支付</title>
      <link rel="stylesheet" href="../pay.css">
      <main>
      <p class="mark">沙箱 · 模拟支付，不会产生真实扣款</p>
      ${order ? orderPart(order) : html`<h1>未找到这笔订单</h1>`}
      </main>
    </html>
  `;
}

function orderPart(order: OrderRow): ReturnType<typeof html> {
  const amount = html`
    <h1>${order.title}</h1>
    <p class="amount"><small>¥</small>${formatYuan(BigInt(order.paid_fen ?? order.amount_fen))}</p>
  `;
  if (order.status === "UNPAID") {
    return html`
      ${amount}
        <form method="post">
        <button name="wallet" value="WXPAY" class="green">微信支付 · 确认支付</button>
        <button name="wallet" value="ALIPAY" class="blue">支付宝 · 确认支付</button>
        <button name="wallet" value="UNIONPAY" class="red">云闪付 · 确认支付</button>
        <button name="wallet" value="refuse" class="plain">取消支付</button>
      </form>
    `;
  }
  return html`${amount}<p class="state">${STATE_TEXTS[order.status]}</p>`;
}

export const STATE_TEXTS: Readonly<Record<OrderRow["status"], string>> = {
  UNPAID: "待支付",
  PAYING: "输入密码中",
  PAID: "支付成功",
  REFUND: "支付后有退款",
  REVOKED: "已撤销",
  CLOSED: "已关闭",
  FAILED: "支付未成功",
};

export const PAY_CSS = `
body { margin: 0; background: #f3f5f7; color: #17202a; font: 18px/1.5 sans-serif; }
main { max-width: 26rem; margin: 0 auto; padding: 2rem 1.25rem; text-align: center; }
h1 { font-size: 1.25rem; font-weight: 500; margin: 2rem 0 0; }
.mark { display: inline-block; margin: 0; padding: .2rem .8rem; border-radius: 1rem;
  background: #fff3d6; color: #6b4700; font-size: .85rem; }
.amount { font-size: 3.25rem; font-weight: 600; margin: .5rem 0 2rem; }
.amount small { font-size: 1.75rem; margin-right: .25rem; }
.state { font-size: 1.5rem; color: #0a6b3d; }
button { display: block; width: 100%; margin: 0 0 .9rem; padding: 1rem; border: 0; border-radius: .75rem;
  color: #fff; font: inherit; font-weight: 600; }
.green { background: #0a7a3f; } .blue { background: #1457c0; } .red { background: #b3261e; }
.plain { background: none; color: #4a5662; font-weight: 400; }
`;
