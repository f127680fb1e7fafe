import { chinaTime } from "../../server/platform/clock.ts";
import type { SlipOrigin, SlipPart } from "./slip.ts";

/** What there is to say of an order that has no receipt. */
export interface OpenOrder {
  /** The order's short number, or its id while the platform has not answered. */
  readonly number: string;
  readonly title: string | null;
  readonly at: Date;
}

/** Money may have moved: the patient leaves with proof that we are asking, and does not pay twice. */
export function pendingSlip(order: OpenOrder, origin: SlipOrigin): SlipPart[] {
  return [
    { kind: "text", text: origin.institution, align: "center", look: { bold: true } },
    headline("正在确认"),
    headline("不要重复支付"),
    { kind: "rule" },
    ...facts(order, origin),
    { kind: "rule" },
    { kind: "text", text: "系统正在向支付方和医保核对本笔交易，会自动完成或原路退回。" },
    { kind: "text", text: "请凭本条到服务台查询结果。" },
    { kind: "qr", text: order.number },
  ];
}

/** The order turned back: nothing is kept of the patient's money. */
export function returnedSlip(order: OpenOrder, origin: SlipOrigin): SlipPart[] {
  return [
    { kind: "text", text: origin.institution, align: "center", look: { bold: true } },
    headline("交易已取消"),
    { kind: "rule" },
    ...facts(order, origin),
    { kind: "rule" },
    { kind: "text", text: "本笔交易未完成，不收取费用；已付的款项按原支付渠道退回。" },
    { kind: "text", text: "如未收到退款，请凭本条到服务台查询。" },
    { kind: "qr", text: order.number },
  ];
}

function facts(order: OpenOrder, origin: SlipOrigin): SlipPart[] {
  return [
    { kind: "pair", label: "订单号", value: order.number, look: { bold: true } },
    ...(order.title ? [{ kind: "pair", label: "项目", value: order.title } as const] : []),
    { kind: "pair", label: "时间", value: chinaTime(order.at) },
    { kind: "pair", label: "终端", value: origin.terminalNumber },
    { kind: "pair", label: "服务电话", value: origin.staffPhone },
  ];
}

function headline(text: string): SlipPart {
  return { kind: "text", text, align: "center", look: { size: 2, bold: true } };
}
