import { type CommandTable, type ExitCode, runCommand } from "./command.ts";

const COMMANDS: CommandTable = {
  init: {
    summary: "建立首批三员（系统、安全、审计管理员），显示一次性口令",
    load: async () => (await import("./admin/init.ts")).initCommand,
  },
  "reset-password": {
    summary: "紧急：不经管理台重置一个人的口令，显示一次性口令",
    load: async () => (await import("./admin/reset_password.ts")).resetPasswordCommand,
  },
  "import-organisations": {
    summary: "从 CSV 文件导入机构树，--dry-run 只检查",
    load: async () => (await import("./admin/import_organisations.ts")).importOrganisationsCommand,
  },
  "import-terminals": {
    summary: "从 CSV 文件登记终端，--dry-run 只检查",
    load: async () => (await import("./admin/import_terminals.ts")).importTerminalsCommand,
  },
  "approve-terminal": {
    summary: "紧急：不经管理台批准一台终端的注册",
    load: async () => (await import("./admin/approve_terminal.ts")).approveTerminalCommand,
  },
  "revoke-terminal": {
    summary: "紧急：不经管理台吊销一台终端的密钥",
    load: async () => (await import("./admin/revoke_terminal.ts")).revokeTerminalCommand,
  },
  "retire-terminal": {
    summary: "登记撤走的终端：连不上平台的证明文件，或已坏、遗失的终端",
    load: async () => (await import("./admin/retire_terminal.ts")).retireTerminalCommand,
  },
  reseal: {
    summary: "密钥轮换后，把个人信息改用新密钥加密；--status 看进度",
    load: async () => (await import("./admin/reseal.ts")).resealCommand,
  },
  "check-integrity": {
    summary: "检查决定资金和权限的数据是否被绕过平台改动",
    load: async () => (await import("./admin/check_integrity.ts")).checkIntegrityCommand,
  },
  erasures: {
    summary: "列出删除过的个人信息；恢复备份后按名单再次删除",
    load: async () => (await import("./admin/erasures.ts")).erasuresCommand,
  },
  terminals: {
    summary: "列出终端：状态、注册、最后心跳、密钥指纹",
    load: async () => (await import("./admin/terminals.ts")).terminals,
  },
};

/** What is done on the server's shell: before anybody can sign in, in an emergency, with files and keys. */
export function admin(args: readonly string[]): Promise<ExitCode> {
  return runCommand(COMMANDS, args, "yikatong admin");
}
