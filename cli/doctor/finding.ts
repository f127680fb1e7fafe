/** What was looked at, and what came of it. */
export interface Finding {
  readonly state: "ok" | "warning" | "failed";
  readonly text: string;
}

/** One of a terminal's, which a technician acts on. */
export interface TerminalFinding {
  readonly state: Finding["state"];
  /** "密钥文件", "读卡器". */
  readonly subject: string;
  readonly text: string;
  /** Empty where there is nothing to do. */
  readonly remedy: string;
}

export const MARKS: Readonly<Record<Finding["state"], string>> = {
  ok: "正常",
  warning: "警告",
  failed: "失败",
};
