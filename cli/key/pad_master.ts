import { type CommandTable, type ExitCode, runCommand } from "../command.ts";
import { explained } from "../crypto_trouble.ts";

const COMMANDS: CommandTable = {
  make: {
    summary: "生成一台终端的密码键盘主密钥，给出密文和校验值",
    load: async () => explained((await import("./pad_master_make.ts")).makeMaster),
  },
  load: {
    summary: "在密钥室把主密钥灌入接在本机的密码键盘",
    load: async () => explained((await import("./pad_master_load.ts")).loadMaster),
  },
  confirm: {
    summary: "另一人按键盘的校验值确认，主密钥启用",
    load: async () => explained((await import("./pad_master_confirm.ts")).confirmMaster),
  },
};

/** The ceremony of a PIN pad's master key. */
export function padMaster(args: readonly string[]): Promise<ExitCode> {
  return runCommand(COMMANDS, args, "yikatong key pad-master");
}
