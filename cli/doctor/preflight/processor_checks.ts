import type { TerminalFinding } from "../finding.ts";
import type { MachineFacts } from "./facts.ts";

const PAGE_SIZES = ["4096", "16384", "65536"];

export function processorFindings(facts: MachineFacts): TerminalFinding[] {
  return [facts.arch === "aarch64" ? armFinding(facts) : x64Finding(facts), pageFinding(facts)];
}

/** Phytium's FT-2000 and D2000 are ARMv8.0: no LSE atomics. */
function armFinding({ cpu }: MachineFacts): TerminalFinding {
  const features = (cpu.Features ?? "").split(" ");
  const hasAtomics = features.includes("atomics");
  const national = ["sm3", "sm4"].filter((feature) => features.includes(feature));
  const withNational = national.length > 0 ? `，有 ${national.join("、")} 指令` : "";
  return {
    state: features.includes("asimd") ? "ok" : "warning",
    subject: "处理器",
    text: hasAtomics
      ? `ARMv8.1 或更新${withNational}`
      : `ARMv8.0（没有 LSE 原子指令）${withNational}：本程序可用；厂商动态库不能是按 ARMv8.1 编译的`,
    remedy: features.includes("asimd") ? "" : "/proc/cpuinfo 里没有 asimd：核对处理器型号",
  };
}

function x64Finding({ cpu }: MachineFacts): TerminalFinding {
  const flags = (cpu.flags ?? "").split(" ");
  const isModern = flags.includes("sse4_2");
  const name = cpu["model name"] ?? "型号不明";
  return {
    state: isModern ? "ok" : "warning",
    subject: "处理器",
    text: `${name}${flags.includes("aes") ? "，有 AES 指令" : ""}`,
    remedy: isModern ? "" : "没有 SSE4.2，没有在这样的处理器上验证过",
  };
}

function pageFinding({ pageSize }: MachineFacts): TerminalFinding {
  const subject = "内存页";
  if (pageSize === null) return { state: "warning", subject, text: "大小不明", remedy: "" };
  const isKnown = PAGE_SIZES.includes(pageSize);
  return {
    state: isKnown ? "ok" : "failed",
    subject,
    text: `${pageSize} 字节${pageSize === "65536" ? "（64K，程序可用；厂商动态库要确认）" : ""}`,
    remedy: isKnown ? "" : "没有在这样的内核上验证过：换用 4K、16K 或 64K 页的内核",
  };
}
