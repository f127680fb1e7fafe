import { type CommandTable, type ExitCode, runCommand } from "./command.ts";
import { explained } from "./crypto_trouble.ts";

const COMMANDS: CommandTable = {
  physical: {
    summary: "物理备份：整个数据库集群，边读边核对、边加密",
    load: async () => explained((await import("./backup/make_command.ts")).physical),
  },
  logical: {
    summary: "逻辑备份：一个数据库，可移到别的版本或机器",
    load: async () => explained((await import("./backup/make_command.ts")).logical),
  },
  "receive-wal": {
    summary: "不停地接收 WAL，逐段加密（一直运行）",
    load: async () => explained((await import("./backup/receive_wal.ts")).receiveWal),
  },
  list: {
    summary: "列出备份和 WAL",
    load: async () => explained((await import("./backup/list_command.ts")).list),
  },
  verify: {
    summary: "核对备份：摘要、签名；有私钥时解密，检查内容",
    load: async () => explained((await import("./backup/verify_command.ts")).verify),
  },
  prune: {
    summary: "按留存规则删除到期的备份和 WAL",
    load: async () => explained((await import("./backup/prune_command.ts")).prune),
  },
  record: {
    summary: "把别的机器上做的备份、恢复演练记入审计记录",
    load: async () => explained((await import("./backup/record_command.ts")).record),
  },
};

/** Backups of the database, made and kept where `[backup]` says. */
export function backup(args: readonly string[]): Promise<ExitCode> {
  return runCommand(COMMANDS, args, "yikatong backup");
}
