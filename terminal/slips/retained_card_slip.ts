import { chinaTime } from "../../server/platform/clock.ts";
import type { SlipOrigin, SlipPart } from "./slip.ts";

export interface RetainedCard {
  /** Of terminal and time; the record at the platform has the same. */
  readonly number: string;
  readonly at: Date;
}

/** For whoever comes back for the card, and for staff who open the bin. */
export function retainedCardSlip({ number, at }: RetainedCard, origin: SlipOrigin): SlipPart[] {
  return [
    { kind: "text", text: origin.institution, align: "center", look: { bold: true } },
    { kind: "text", text: "吞卡凭条", align: "center", look: { size: 2, bold: true } },
    { kind: "rule" },
    { kind: "pair", label: "编号", value: number },
    { kind: "pair", label: "时间", value: chinaTime(at) },
    { kind: "pair", label: "终端", value: origin.terminalNumber },
    { kind: "rule" },
    { kind: "text", text: "有一张卡长时间没有取走，已由本机保管。" },
    { kind: "text", text: "请持卡人带身份证和本凭条到服务台领取，没有凭条也可以领取。" },
    { kind: "pair", label: "服务电话", value: origin.staffPhone },
  ];
}
