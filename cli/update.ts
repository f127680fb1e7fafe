import { type CommandTable, type ExitCode, runCommand } from "./command.ts";
import { explained } from "./crypto_trouble.ts";

const COMMANDS: CommandTable = {
  status: {
    summary: "当前、上一个和已暂存的版本，试用情况",
    load: async () => (await import("./update/commands/status.ts")).statusCommand,
  },
  stage: {
    summary: "核对一个安装包的签名和内容，放到现有版本旁边",
    load: async () => explained((await import("./update/commands/stage.ts")).stageCommand),
  },
  switch: {
    summary: "没有患者时切换到已暂存的版本，开始试用",
    load: async () => explained((await import("./update/commands/switch.ts")).switchCommand),
  },
  commit: {
    summary: "确认试用的版本",
    load: async () => explained((await import("./update/commands/commit.ts")).commitCommand),
  },
  rollback: {
    summary: "离开一个版本，回到它之前的版本",
    load: async () => explained((await import("./update/commands/rollback.ts")).rollbackCommand),
  },
  tag: {
    summary: "麒麟系统：给版本里的程序加 KySec 认证标记（root）",
    load: async () => explained((await import("./update/commands/tag.ts")).tagCommand),
  },
  take: {
    summary: "服务 yikatong-update 用：暂存终端请求的安装包",
    load: async () => explained((await import("./update/commands/take.ts")).takeCommand),
  },
  follow: {
    summary: "服务 yikatong-update 用：执行请求，看管试用",
    load: async () => explained((await import("./update/commands/follow.ts")).followCommand),
  },
};

/** The releases of a terminal, side by side (docs/decisions/0019). */
export function update(args: readonly string[]): Promise<ExitCode> {
  return runCommand(COMMANDS, args, "yikatong update");
}
