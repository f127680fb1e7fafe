import type { Quote, Receipt } from "../../server/modules/checkout/contract.ts";
import { chinaTime } from "../../server/platform/clock.ts";
import { formatYuan, parseFen } from "../../server/platform/money.ts";
import type { SlipPart } from "./slip.ts";

/** What the patient keeps when everything is paid. */
export function receiptSlip(receipt: Receipt): SlipPart[] {
  return [
    text(receipt.institution, { align: "center", bold: true }),
    { kind: "text", text: receipt.title, align: "center", look: { size: 2, bold: true } },
    { kind: "rule" },
    pair("订单号", receipt.orderNumber),
    pair("票据号", receipt.receiptNumber),
    pair("患者", receipt.maskedName),
    pair("证件号", receipt.maskedIdNumber),
    pair("时间", chinaTime(new Date(receipt.paidAt))),
    pair("终端", receipt.terminalNumber),
    { kind: "rule" },
    ...registrationParts(receipt),
    ...receipt.lines.map((line) => pair(`${line.name} ×${line.quantity}`, yuan(line.amountFen))),
    ...(receipt.lines.length > 0 ? [{ kind: "rule" } as const] : []),
    ...quoteParts(receipt.quote),
    ...referenceParts(receipt),
    ...guidanceParts(receipt.guidance),
    { kind: "qr", text: receipt.orderNumber },
    text("请妥善保管本凭条", { align: "center" }),
  ];
}

function registrationParts({ registration }: Receipt): SlipPart[] {
  if (!registration) return [];
  return [
    {
      kind: "text",
      text: `${registration.number} 号`,
      align: "center",
      look: { size: 2, bold: true },
    },
    pair("科室", registration.department),
    pair("医生", registration.doctor),
    pair("就诊时间", `${registration.day} ${registration.time}`),
    ...(registration.location ? [pair("地点", registration.location)] : []),
    { kind: "rule" },
  ];
}

function quoteParts(quote: Quote): SlipPart[] {
  const parts: SlipPart[] = [pair("合计", yuan(quote.totalFen))];
  addAmount(parts, "统筹基金支付", quote.fundFen);
  addAmount(parts, "个人账户支付", quote.accountFen);
  // A part of the account's amount, not one beside it.
  addAmount(parts, "其中亲属账户付", quote.relativeFen ?? "0");
  addAmount(parts, "其他支付", quote.otherFen);
  parts.push({ kind: "pair", label: "自付", value: yuan(quote.cashFen), look: { bold: true } });
  if (quote.accountBalanceFen !== null) parts.push(pair("个账余额", yuan(quote.accountBalanceFen)));
  return parts;
}

function addAmount(parts: SlipPart[], label: string, fen: string): void {
  if (parseFen(fen) !== 0n) parts.push(pair(label, yuan(fen)));
}

function referenceParts(receipt: Receipt): SlipPart[] {
  const parts: SlipPart[] = [];
  if (receipt.tender) parts.push(pair("支付方式", receipt.tender));
  if (receipt.tenderReference) parts.push(pair("支付流水", receipt.tenderReference));
  if (receipt.insuranceReference) parts.push(pair("医保结算号", receipt.insuranceReference));
  return parts;
}

function guidanceParts(guidance: readonly string[]): SlipPart[] {
  if (guidance.length === 0) return [];
  return [
    { kind: "rule" },
    ...guidance.map((line) => text(line, { bold: true })),
    { kind: "rule" },
  ];
}

function yuan(fen: string): string {
  return `${formatYuan(parseFen(fen))}元`;
}

function pair(label: string, value: string): SlipPart {
  return { kind: "pair", label, value };
}

function text(
  value: string,
  options: { readonly align?: "center"; readonly bold?: boolean },
): SlipPart {
  return {
    kind: "text",
    text: value,
    align: options.align ?? "left",
    look: { bold: options.bold ?? false },
  };
}
