import { html } from "hono/html";
import type { OrderView, Stage } from "../contract.ts";
import type { PayPage } from "./page.ts";
import { walletNameIn } from "./phone.ts";
import type { Markup } from "./phone_page.ts";

/** Where an order stands, once nothing is to be chosen on the phone. */
export function nowMarkup({ order, program }: PayPage): Markup {
  const codeText = order.tender?.codeText;
  const isWaiting = order.stage === "pay" && order.tender?.state === "waiting_for_patient";
  if (isWaiting && codeText && /^https?:\/\//.test(codeText)) {
    return html`
      <p><a class="way" href="${codeText}">去${walletNameIn(program)}付款</a></p>
      <p class="note">付好以后，看自助机的屏幕，它会自动出凭条。</p>
      ${OTHERWISE}
    `;
  }
  if (isWaiting && codeText) {
    return html`
      <p class="now" role="status">请用${walletNameIn(program)}扫自助机屏幕上的码</p>
      ${OTHERWISE}
    `;
  }
  const { tone, text, then } = sayingOf(order);
  return html`
    <p class="now ${tone}" role="status">${tone === "good" ? "✓ " : ""}${text}</p>
    ${then && html`<p class="note">${then}</p>`}
  `;
}

const OTHERWISE = html`<p class="note">想换一种付法，请在自助机上点“换一种方式”。</p>`;

interface Saying {
  readonly tone: "good" | "wait" | "calm";
  readonly text: string;
  readonly then?: string;
}

/** Whoever loses the network sees it there. */
const AT_KIOSK = "这一页会自动更新。没有更新时，以自助机屏幕为准。";

const SAYINGS: Readonly<Record<Stage, Saying>> = {
  preparing: { tone: "calm", text: "正在准备，请稍候", then: AT_KIOSK },
  confirm: { tone: "wait", text: "请先在自助机上核对金额，点“确认”", then: "确认后再扫一次码。" },
  confirm_again: { tone: "wait", text: "金额有变化，请在自助机上重新确认" },
  choose_tender: { tone: "calm", text: "请选择付款方式" },
  pay: { tone: "calm", text: "请在自助机上完成付款", then: AT_KIOSK },
  working: { tone: "calm", text: "正在办理，请稍候，不要重复付款", then: AT_KIOSK },
  unknown: {
    tone: "wait",
    text: "正在核实付款结果，不要重复付款",
    then: "付成了，会自动办完；没付成，钱会原路退回。可以凭订单号到服务台查询。",
  },
  completed: { tone: "good", text: "付款成功", then: "请在自助机取凭条，别忘了您的卡。" },
  returning: {
    tone: "wait",
    text: "这次没有办成，已付的钱正在原路退回",
    then: "不要重复付款，一般几分钟到账，最晚三个工作日。",
  },
  returned: { tone: "wait", text: "这次没有办成，没有扣款" },
  attention: {
    tone: "wait",
    text: "请工作人员帮您处理",
    then: "您的钱有记录，不会丢，不要重复付款。请把订单号告诉工作人员。",
  },
};

function sayingOf({ stage, tender }: OrderView): Saying {
  if (stage === "pay" && tender?.state === "opening") return OPENING;
  if (stage === "pay" && tender?.mode === "medical_mix") return ON_PHONE;
  if (stage === "returned" && tender?.state === "paid") return GIVEN_BACK;
  return SAYINGS[stage];
}

const OPENING: Saying = { tone: "calm", text: "正在打开付款，请稍候", then: AT_KIOSK };
const ON_PHONE: Saying = {
  tone: "calm",
  text: "请在手机的医保移动支付里完成付款",
  then: AT_KIOSK,
};
const GIVEN_BACK: Saying = {
  tone: "wait",
  text: "这次没有办成，已付的钱原路退回",
  then: "一般几分钟到账，最晚三个工作日。",
};
