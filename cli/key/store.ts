import { type CommandTable, type ExitCode, runCommand } from "../command.ts";
import { explained } from "../crypto_trouble.ts";

const COMMANDS: CommandTable = {
  init: {
    summary: "新建密钥库，放入平台需要的密钥",
    load: async () => explained((await import("./store_init.ts")).initStore),
  },
  "add-line": {
    summary: "给旧的密钥库补上终端线路的密钥",
    load: async () => explained((await import("./store_add_line.ts")).addLine),
  },
  device: {
    summary: "让密码设备（SDF）产生平台需要的密钥",
    load: async () => explained((await import("./store_device.ts")).storeDevice),
  },
  password: {
    summary: "换密钥库的口令",
    load: async () => explained((await import("./store_password.ts")).storePassword),
  },
};

export function store(args: readonly string[]): Promise<ExitCode> {
  return runCommand(COMMANDS, args, "yikatong key store");
}
