import { type CommandTable, type ExitCode, runCommand } from "./command.ts";
import { explained } from "./crypto_trouble.ts";

const COMMANDS: CommandTable = {
  verify: {
    summary: "重新计算审计链，指出第一个断点；也可离线校验证据包",
    load: async () => explained((await import("./audit/verify.ts")).verify),
  },
  continue: {
    summary: "审计链被破坏后签名续链；断点永远保留",
    load: async () => explained((await import("./audit/continue.ts")).continueAudit),
  },
  export: {
    summary: "导出等保三级证据包（ZIP，SM2 签名）",
    load: async () => explained((await import("./audit/export.ts")).exportPack),
  },
  checkpoint: {
    summary: "显示、导出检查点，记入第二方的会签",
    load: async () => explained((await import("./audit/checkpoint.ts")).checkpoint),
  },
  archive: {
    summary: "把过完的月份写成带签名的归档文件",
    load: async () => explained((await import("./audit/archive.ts")).archive),
  },
  drop: {
    summary: "删除两人确认过的已归档月份",
    load: async () => explained((await import("./audit/drop.ts")).drop),
  },
};

/** The audit trail on the server's shell. */
export function audit(args: readonly string[]): Promise<ExitCode> {
  return runCommand(COMMANDS, args, "yikatong audit");
}
