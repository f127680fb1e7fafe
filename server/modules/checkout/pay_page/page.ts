import { html } from "hono/html";
import type { OrderView } from "../contract.ts";
import { type PhoneProgram, walletNameIn } from "./phone.ts";
import { ASK_AGAIN_SECONDS, isMoving, type Markup, phonePage, yuan } from "./phone_page.ts";
import { nowMarkup } from "./stage.ts";

/** The page behind an order's one code; forms and links alone, so that it works in any phone. */

/** What of the ways to pay a phone can go. */
export type PhoneWay = "show_code" | "medical_mix";

export interface PayPage {
  readonly order: OrderView;
  readonly institution: string;
  readonly program: PhoneProgram;
  /** The ways of this order a phone can go. */
  readonly ways: readonly PhoneWay[];
  /** Of the choice's button: the same page sent twice is one choice. */
  readonly choiceId: string;
}

export function payPage(page: PayPage): Markup {
  const { order } = page;
  return phonePage(
    isMoving(order.stage) ? ASK_AGAIN_SECONDS : null,
    html`
      <p class="place">${page.institution}</p>
      <h1>${order.title || "缴费"}</h1>
      ${amountMarkup(order)}
      ${order.stage === "choose_tender" ? choices(page) : nowMarkup(page)}
      <p class="number">订单号 ${order.number}<br>有疑问，请凭订单号问工作人员</p>
    `,
  );
}

export function goneAwayPage(): Markup {
  return phonePage(
    null,
    html`
      <h1>这个码已经过期</h1>
      <p class="now">请回到自助机，让它重新显示一个码，再扫一次。</p>
      <p class="note">已经付过的钱不受影响。付没付成，以自助机屏幕和凭条为准。</p>
    `,
  );
}

const DONE_OR_GONE: ReadonlySet<OrderView["stage"]> = new Set(["returning", "returned"]);

function amountMarkup({ quote, stage }: OrderView): Markup | null {
  if (!quote || DONE_OR_GONE.has(stage)) return null;
  const byInsurance = BigInt(quote.totalFen) - BigInt(quote.cashFen);
  return html`
    <p class="amount"><span>${stage === "completed" ? "已付" : "要付"}</span>¥${yuan(
      quote.cashFen,
    )}</p>
    ${byInsurance !== 0n && html`
      <p class="note">总费用 ${yuan(quote.totalFen)} 元，<span>医保付 ${yuan(
        String(byInsurance),
      )} 元</span></p>
    `}
  `;
}

function choices({ order, ways, program, choiceId }: PayPage): Markup {
  return html`
    ${order.tender?.state === "refused" && html`
      <p class="again" role="alert">${refusalText(order.tender.refusal)}</p>
    `}
    <h2>请选择付款方式</h2>
    <form method="post">
      <input type="hidden" name="id" value="${choiceId}">
      ${ways.map((way) =>
        html`
          <button class="way way-${way}" name="way" value="${way}">${way === "show_code"
            ? walletNameIn(program)
            : "医保移动支付"}</button>
        `
      )}
    </form>
    ${program === "browser" && html`
      <p class="note">用微信或支付宝的“扫一扫”打开这一页，付款最方便。</p>
    `}
  `;
}

const REFUSALS: Readonly<Record<string, string>> = {
  "payment.insufficient": "余额不足，没有扣钱。请换一种付款方式。",
  "payment.no_medical_order": "这一笔不能用医保移动支付，没有扣钱。请换一种方式。",
};

function refusalText(code: string | null): string {
  return REFUSALS[code ?? ""] ?? "刚才没有付成功，没有扣钱。请再试一次，或换一种方式。";
}
