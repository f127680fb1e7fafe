import { FAULT_TITLES, faultText } from "../../server/modules/audit/verify/fault.ts";
import type { VerifyReport } from "../../server/modules/audit/verify/report.ts";
import { complain, print } from "../command.ts";

export interface ReportJob {
  readonly isPack: boolean;
  readonly publicKey: Uint8Array | null;
  readonly anchors: ReadonlyMap<bigint, Uint8Array>;
  readonly counterKey: Uint8Array | null;
}

/** For an auditor: what was checked, by what, and where it breaks first. */
export function tellReport(
  report: VerifyReport,
  { isPack, publicKey, anchors, counterKey }: ReportJob,
): void {
  const { links, checkpoints, lastCheckpoint, waiting } = report;
  print(`校验了 ${links} 条记录、${checkpoints} 个检查点`);
  print(report.tagsChecked ? "标签：逐条重算" : "标签：没有重算（离线没有密钥）");
  if (isPack && !publicKey) {
    print("公钥：用的是包里自带的，只说明包前后一致；请用另外取得的公钥再校验（--public-key）");
  }
  if (anchors.size > 0) print(`锚文件：${report.anchored} 个检查点与之相同`);
  if (counterKey) print(`第二方会签：${report.countersigned ?? 0} 个检查点`);
  if (waiting > 0) print(`等待入链：${waiting} 条（刚写入，后台任务会链接）`);
  if (lastCheckpoint) {
    print(`最后的检查点：第 ${lastCheckpoint.number} 号，SM3 ${lastCheckpoint.digest}`);
  }
  print("");
  for (const fault of report.faults) complain(faultText(fault));
  print(`结论：${conclusion(report, isPack && !publicKey)}`);
}

/** Whoever makes a pack can put his own key in it: that proves nothing about where it comes from. */
function conclusion({ faults: [first], verdict }: VerifyReport, isOwnKey: boolean): string {
  if (first) return `审计链有断点（${FAULT_TITLES[first.kind]}）`;
  if (verdict === "stopped") return "没有校验完，已校验的部分完好";
  return isOwnKey ? "包前后一致；只用了包里的公钥，不能证明出自平台" : "审计链完好";
}
