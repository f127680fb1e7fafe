import { chinaTime } from "../../server/platform/clock.ts";
import { RELEASE } from "../../server/platform/release.ts";
import type { TerminalConfig } from "../../terminal/config.ts";
import { MARKS, type TerminalFinding } from "./finding.ts";

/** The commissioning report of one terminal (R-DEV-24): configuration, network, functions. */
export function commissioningReport(
  config: TerminalConfig,
  findings: readonly TerminalFinding[],
  now: Date,
): string {
  const count = (state: TerminalFinding["state"]) =>
    findings.filter((finding) => finding.state === state).length;
  const verdict = count("failed") > 0
    ? `不能上线：${count("failed")} 项失败，${count("warning")} 项警告`
    : `没有失败的项，${count("warning")} 项警告；警告要有人看过再上线`;
  return [
    `# 终端上线测试报告　${config.number}`,
    "",
    `- 时间：${chinaTime(now)}（北京时间）`,
    `- 终端编号：${config.number}`,
    `- 平台：${config.platform.url}`,
    `- 程序：yikatong ${RELEASE.version}，Deno ${Deno.version.deno}`,
    `- 系统：${Deno.build.os} ${Deno.build.arch}，内核 ${Deno.osRelease()}`,
    `- 主机名：${Deno.hostname()}`,
    `- 网络：${addresses().join("；") || "没有"}`,
    `- 结论：**${verdict}**`,
    "",
    "| 结果 | 项目 | 情况 | 怎么办 |",
    "| --- | --- | --- | --- |",
    ...findings.map(({ state, subject, text, remedy }) =>
      `| ${[MARKS[state], subject, text, remedy].map(cell).join(" | ")} |`
    ),
    "",
    "测试人：＿＿＿＿＿＿　　复核人：＿＿＿＿＿＿　　日期：＿＿＿＿＿＿",
    "",
  ].join("\n");
}

function addresses(): string[] {
  return Deno.networkInterfaces()
    .filter(({ address }) => !address.startsWith("127.") && address !== "::1")
    .map(({ name, address, netmask }) => `${name} ${address}/${netmask}`);
}

/** A bar or a line break would end the cell. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ");
}
