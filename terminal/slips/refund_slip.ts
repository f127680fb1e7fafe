import type { RefundView } from "../../server/modules/refund/contract.ts";
import { chinaTime } from "../../server/platform/clock.ts";
import { formatYuan, parseFen } from "../../server/platform/money.ts";
import type { SlipOrigin, SlipPart } from "./slip.ts";

/** What the patient keeps of money that went back, or is on its way. */
export function refundSlip(refund: RefundView, origin: SlipOrigin): SlipPart[] {
  const { slip } = refund;
  const isOver = refund.state === "returned";
  return [
    {
      kind: "text",
      text: slip?.institution ?? origin.institution,
      align: "center",
      look: { bold: true },
    },
    {
      kind: "text",
      text: isOver ? "退费凭条" : "退费正在办理",
      align: "center",
      look: { size: 2, bold: true },
    },
    { kind: "rule" },
    ...(refund.number === null ? [] : [pair("退费号", refund.number)]),
    pair("原订单号", refund.orderNumber),
    ...(slip ? [pair("患者", slip.maskedName), pair("证件号", slip.maskedIdNumber)] : []),
    pair("申请时间", chinaTime(new Date(refund.askedAt))),
    pair("终端", slip?.terminalNumber ?? origin.terminalNumber),
    { kind: "rule" },
    ...refund.lines.map((line) => pair(`${line.name} ×${line.quantity}`, yuan(line.amountFen))),
    { kind: "rule" },
    ...refund.parts.flatMap(partLines),
    { kind: "text", text: "钱按原来付的方式退回，最晚三个工作日到账。" },
    { kind: "text", text: `没有收到，请凭本条到服务台查询：${origin.staffPhone}` },
    { kind: "qr", text: refund.number ?? refund.id },
  ];
}

const WAYS = { fund: "统筹基金", account: "个人账户", other: "其他补助", cash: "退给您" } as const;

/** One way it went back by, unless by that way nothing did. */
export function partLines(
  { way, amountFen, to, reference }: RefundView["parts"][number],
): SlipPart[] {
  if (parseFen(amountFen) === 0n) return [];
  return [
    pair(to === null ? WAYS[way] : `退回${to}`, yuan(amountFen)),
    ...(reference === null ? [] : [pair("退款流水", reference)]),
  ];
}

export function pair(label: string, value: string): SlipPart {
  return { kind: "pair", label, value };
}

export function yuan(fen: string): string {
  return `${formatYuan(parseFen(fen))}元`;
}
