import { html } from "hono/html";
import { formatYuan } from "../../../platform/money.ts";
import type { OrderView, Stage } from "../contract.ts";
import { type PhoneProgram, walletNameIn } from "./phone.ts";

/** The page behind an order's one code; forms and links alone, so that it works in any phone. */

type Markup = ReturnType<typeof html>;

export interface PayPage {
  readonly order: OrderView;
  readonly institution: string;
  readonly program: PhoneProgram;
  /** The ways of this order a phone can go. */
  readonly ways: readonly ("show_code" | "medical_mix")[];
  /** Of the choice's button: the same page sent twice is one choice. */
  readonly choiceId: string;
}

const ASK_AGAIN_SECONDS = 3;

export function payPage(page: PayPage): Markup {
  const { order } = page;
  const asks = order.stage === "pay" || order.stage === "working" || order.stage === "unknown" ||
    order.stage === "returning";
  return shell(
    asks ? ASK_AGAIN_SECONDS : null,
    html`
      <p class="place">${page.institution}</p>
      <h1>${order.title || "缴费"}</h1>
      ${order.quote && html`<p class="amount">¥${yuan(order.quote.cashFen)}</p>`}
      ${order.quote && order.quote.cashFen !== order.quote.totalFen && html`
        <p class="note">总额 ${yuan(order.quote.totalFen)} 元，医保已支付 ${yuan(
          String(BigInt(order.quote.totalFen) - BigInt(order.quote.cashFen)),
        )} 元</p>
      `}
      ${stageMarkup(page)}
      <p class="number">订单号 ${order.number}</p>
    `,
  );
}

export function goneAwayPage(): Markup {
  return shell(
    null,
    html`
      <h1>二维码已失效</h1>
      <p class="note">请在自助机上重新显示二维码；已付的款不受影响。</p>
    `,
  );
}

function stageMarkup(page: PayPage): Markup {
  const { order } = page;
  if (order.stage === "choose_tender") return choices(page);
  const codeText = order.tender?.codeText;
  if (order.stage === "pay" && codeText && /^https?:\/\//.test(codeText)) {
    return html`
      <p><a class="way" href="${codeText}">去${walletNameIn(page.program)}付款</a></p>
      <p class="note">付款后自助机会自动出凭条。</p>
    `;
  }
  const { tone, text } = STAGE_TEXTS[order.stage];
  return html`<p class="${tone}" role="status">${text}</p>`;
}

function choices({ ways, program, choiceId }: PayPage): Markup {
  return html`
    <form method="post">
      <input type="hidden" name="id" value="${choiceId}">
      ${ways.map((way) =>
        html`
          <button class="way" name="way" value="${way}">${way === "show_code"
            ? walletNameIn(program)
            : "医保移动支付"}</button>
        `
      )}
    </form>
  `;
}

const STAGE_TEXTS: Readonly<Record<Stage, { readonly tone: string; readonly text: string }>> = {
  preparing: { tone: "note", text: "正在准备，请稍候" },
  confirm: { tone: "note", text: "请先在自助机上核对金额并确认" },
  confirm_again: { tone: "note", text: "金额有变化，请在自助机上重新确认" },
  choose_tender: { tone: "note", text: "请选择付款方式" },
  pay: { tone: "note", text: "请在自助机上完成付款" },
  working: { tone: "note", text: "正在处理，请稍候" },
  unknown: { tone: "note", text: "正在核实付款结果，请勿重复付款" },
  completed: { tone: "good", text: "付款成功，请在自助机取凭条" },
  returning: { tone: "note", text: "订单已取消，已付的款正在原路退回" },
  returned: { tone: "note", text: "订单已取消，没有扣款，或已原路退回" },
  attention: { tone: "note", text: "工作人员正在处理，请凭订单号咨询" },
};

function shell(refreshSeconds: number | null, body: Markup): Markup {
  return html`
    <!doctype html>
    <html lang="zh-CN">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        ${refreshSeconds !== null && html`<meta http-equiv="refresh" content="${refreshSeconds}">`}
        <meta name="robots" content="noindex">
        <title>门诊缴费</title>
        <link rel="stylesheet" href="/m/pay.css">
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html>
  `;
}

function yuan(fen: string): string {
  return formatYuan(BigInt(fen));
}

/** Big enough for a 75-year-old; contrast over 7:1. */
export const PAY_CSS = `
body { margin: 0; background: #f2f5f7; color: #16232b; font: 20px/1.6 sans-serif; }
main { max-width: 480px; margin: 0 auto; padding: 24px 20px; }
h1 { font-size: 26px; margin: 4px 0 12px; }
.place, .number, .note { color: #3b4a54; margin: 4px 0 16px; }
.amount { font-size: 52px; font-weight: 700; margin: 0 0 8px; }
.way { display: block; width: 100%; box-sizing: border-box; margin: 16px 0; padding: 18px;
  border: 0; border-radius: 12px; background: #00566b; color: #fff; font-size: 24px;
  text-align: center; text-decoration: none; }
.good { color: #0b5d2a; font-size: 26px; font-weight: 700; }
`;
