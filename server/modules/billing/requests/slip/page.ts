import { html } from "hono/html";
import type { OrderView, Stage } from "../../../checkout/contract.ts";
import { type PhoneProgram, walletNameIn } from "../../../checkout/pay_page/phone.ts";
import {
  ASK_AGAIN_SECONDS,
  isMoving,
  type Markup,
  phonePage,
  yuan,
} from "../../../checkout/pay_page/phone_page.ts";
import type { Slip } from "./open_slip.ts";

/** The page behind the code on a slip (R-PAY-09). */
export interface SlipPage {
  readonly slip: Slip;
  readonly program: PhoneProgram;
  readonly choiceId: string;
  /** Another order is paying one of the bills. */
  readonly inPayment: boolean;
}

export function slipPage(page: SlipPage): Markup {
  const { slip } = page;
  if (slip.kind === "unknown") return told(null, UNKNOWN);
  const place = slip.institution;
  switch (slip.kind) {
    case "due":
      return duePage(page, slip);
    case "order":
      return orderPage(page, slip);
    case "closed":
      return told(place, { title: "暂停缴费", text: slip.text });
    default:
      return told(place, TEXTS[slip.kind]);
  }
}

interface Told {
  readonly title: string;
  readonly text: string;
}

const UNKNOWN: Told = {
  title: "二维码已失效",
  text: "请到窗口或自助机缴费，或请医院重新打印单据；已付的款不受影响。",
};

const TEXTS: Readonly<
  Record<
    "withdrawn" | "expired" | "settled" | "unknown_patient" | "unavailable" | "too_often",
    Told
  >
> = {
  withdrawn: { title: "医院已撤回这张单据", text: "不用再付款。有疑问请到窗口咨询。" },
  expired: { title: "二维码已过期", text: "请到窗口或自助机缴费，或请医院重新打印单据。" },
  settled: {
    title: "没有待缴的费用",
    text:
      "这张单据的费用已经缴过（窗口、自助机或手机），或已由医院调整、作废，请勿重复付款。有疑问请到窗口核对。",
  },
  unknown_patient: {
    title: "单据与医院记录不符",
    text:
      "医院系统里没有这张单据上的患者，不能付款，再扫也一样。没有扣款。请医院重新打印单据，或到窗口缴费。",
  },
  unavailable: { title: "暂时查不到费用", text: "没有扣款。请过几分钟再扫，或到窗口缴费。" },
  too_often: { title: "请稍候再看", text: "查询太频繁，请过一分钟再打开。" },
};

function told(place: string | null, { title, text }: Told): Markup {
  return phonePage(
    null,
    html`
      ${place !== null && html`<p class="place">${place}</p>`}
      <h1>${title}</h1>
      <p class="now wait" role="status">${text}</p>
    `,
  );
}

function duePage(page: SlipPage, slip: Extract<Slip, { kind: "due" }>): Markup {
  const { offer, maskedName, isRetry } = slip;
  const totalFen = offer.total.toString();
  return phonePage(
    null,
    html`
      <p class="place">${slip.institution}</p>
      <h1>${maskedName} 的门诊费用</h1>
      ${page.inPayment && warning("这些费用正在自助机或另一部手机上支付，请稍候再试。")}
      ${isRetry && !page.inPayment &&
        warning("上次没有付成，没有扣款；如已扣款会原路退回。")}
      <ul class="bills">
        ${offer.bills.map((bill) =>
          html`
            <li><span>${bill.title}<small>${bill.department.name}${bill.feeType
              ? ` · ${bill.feeType.name}`
              : ""}</small></span><b>¥${bill.amount}</b></li>
          `
        )}
      </ul>
      ${offer.settledCount > 0 &&
        html`<p class="note">另有 ${offer.settledCount} 张已缴或已调整，不再收费。</p>`}
      ${offer.restCount > 0 &&
        html`<p class="note">还有 ${offer.restCount} 张请到窗口或自助机缴费。</p>`}
      <p class="amount"><span>要付</span>¥${yuan(totalFen)}</p>
      <p class="note">自费支付；用医保结算请到窗口或自助机。</p>
      ${choice(page, totalFen)}
    `,
  );
}

function orderPage(page: SlipPage, slip: Extract<Slip, { kind: "order" }>): Markup {
  const { order, institution } = slip;
  return phonePage(
    isMoving(order.stage) ? ASK_AGAIN_SECONDS : null,
    html`
      <p class="place">${institution}</p>
      <h1>${order.title || "门诊缴费"}</h1>
      ${amountMarkup(order)}
      ${stageMarkup(page, order)}
      <p class="number">订单号 ${order.number}<br>有疑问，请凭订单号问工作人员</p>
    `,
  );
}

function amountMarkup({ stage, quote }: OrderView): Markup | null {
  if (!quote || stage === "returning" || stage === "returned") return null;
  return html`<p class="amount"><span>${stage === "completed" ? "已付" : "要付"}</span>¥${
    yuan(quote.totalFen)
  }</p>`;
}

function stageMarkup(page: SlipPage, order: OrderView): Markup {
  const { stage, quote, receipt } = order;
  const codeText = order.tender?.codeText;
  if (stage === "pay" && codeText && /^https?:\/\//.test(codeText)) {
    return html`
      <p><a class="way" href="${codeText}">去${walletNameIn(page.program)}付款</a></p>
      <p class="note">付款后回到这里看结果。</p>
    `;
  }
  const chooses = stage === "confirm" || stage === "confirm_again" || stage === "choose_tender";
  return html`
    <p class="now ${TONES[stage] ?? ""}" role="status">${STAGE_TEXTS[stage]}</p>
    ${chooses && quote && choice(page, quote.totalFen)}
    ${receipt && html`<p class="note">${receipt.maskedName} · 票据号 ${receipt.receiptNumber}</p>`}
    ${receipt?.guidance.map((text) => html`<p class="note">${text}</p>`)}
    ${order.refunds && html`<p class="note">这笔费用有退费，详情请到窗口或自助机查看。</p>`}
  `;
}

const TONES: Readonly<Partial<Record<Stage, string>>> = {
  completed: "good",
  confirm_again: "wait",
  unknown: "wait",
  returning: "wait",
  returned: "wait",
  attention: "wait",
};

const STAGE_TEXTS: Readonly<Record<Stage, string>> = {
  preparing: "正在向医院核对费用，请稍候",
  confirm: "请核对金额后付款",
  confirm_again: "金额有变化，请重新核对后付款",
  choose_tender: "请付款",
  pay: "请在打开的付款页面完成付款",
  working: "正在处理，请稍候",
  unknown: "正在核实付款结果，请勿重复付款",
  completed: "付款成功",
  returning: "没有付成，已付的款正在原路退回",
  returned: "没有付成，没有扣款，或已原路退回",
  attention: "工作人员正在处理，请凭订单号到窗口咨询，请勿重复付款",
};

function choice({ program, choiceId }: SlipPage, shownFen: string): Markup {
  return html`
    <form method="post">
      <input type="hidden" name="id" value="${choiceId}">
      <input type="hidden" name="shown" value="${shownFen}">
      <button class="way" name="way" value="show_code">${walletNameIn(program)}</button>
    </form>
  `;
}

function warning(text: string): Markup {
  return html`<p class="warn" role="status">${text}</p>`;
}
