import type { DischargeView } from "../../server/modules/inpatient/contract.ts";
import { chinaTime } from "../../server/platform/clock.ts";
import { pair, partLines, yuan } from "./refund_slip.ts";
import type { SlipOrigin, SlipPart } from "./slip.ts";

/** What the patient keeps of what was left of the deposits (出院退费). */
export function dischargeSlip(discharge: DischargeView, origin: SlipOrigin): SlipPart[] {
  const { refunds, elsewhereFen } = discharge;
  const [first] = refunds;
  const slip = first?.slip ?? null;
  const isOver = discharge.state === "returned";
  return [
    {
      kind: "text",
      text: slip?.institution ?? origin.institution,
      align: "center",
      look: { bold: true },
    },
    {
      kind: "text",
      text: isOver ? "出院退费凭条" : "出院退费正在办理",
      align: "center",
      look: { size: 2, bold: true },
    },
    { kind: "rule" },
    ...(slip ? [pair("患者", slip.maskedName), pair("证件号", slip.maskedIdNumber)] : []),
    ...(first ? [pair("申请时间", chinaTime(new Date(first.askedAt)))] : []),
    pair("终端", slip?.terminalNumber ?? origin.terminalNumber),
    { kind: "rule" },
    pair("应退", yuan(discharge.dueFen)),
    ...refunds.flatMap((refund) => [
      ...(refund.number === null ? [] : [pair("退费号", refund.number)]),
      ...refund.parts.flatMap(partLines),
    ]),
    ...(elsewhereFen === "0" ? [] : [pair("到窗口办理", yuan(elsewhereFen))]),
    { kind: "rule" },
    { kind: "text", text: "钱按充值时的方式退回，最晚三个工作日到账。" },
    ...(elsewhereFen === "0"
      ? []
      : [{ kind: "text", text: "余额请带身份证到窗口办理。" } as const]),
    { kind: "text", text: `没有收到，请凭本条到服务台查询：${origin.staffPhone}` },
    { kind: "qr", text: first?.number ?? discharge.id },
  ];
}
