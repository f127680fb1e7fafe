import type { TerminalFinding } from "../finding.ts";
import type { MachineFacts } from "./facts.ts";

/** What may refuse to start programs that are not the vendor's. */
export function securityFindings({ kysec, os }: MachineFacts): TerminalFinding[] {
  if (os.ID === "uos") return [uosFinding()];
  if (kysec === null) {
    return os.ID === "kylin"
      ? [{
        state: "warning",
        subject: "KySec",
        text: "没有 getstatus 命令，状态不明",
        remedy: "在安全中心查看「应用程序执行控制」；V11 的执行控制是 KSAF",
      }]
      : [];
  }
  const mode = /KySec status:\s*(\S+)/i.exec(kysec)?.[1] ?? "不明";
  const isControlled = /exec control\s*:\s*on/i.test(kysec) && !/^(soft|disabled)/i.test(mode);
  return [{
    state: "ok",
    subject: "KySec",
    text: `${mode}，执行控制${isControlled ? "开启" : "没有开启"}`,
    remedy: isControlled
      ? "安装包里的程序由包管理器加标记；复制来的厂商动态库用 yikatong update tag --library 加"
      : "",
  }];
}

function uosFinding(): TerminalFinding {
  return {
    state: "ok",
    subject: "签名检查",
    text: "统信 UOS 可能拒绝没有商店签名的程序",
    remedy: "安装被拒绝时：由域管平台签名，或打开开发者模式",
  };
}
