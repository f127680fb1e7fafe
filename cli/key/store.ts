import { type CommandTable, type ExitCode, runCommand } from "../command.ts";
import { explained } from "../crypto_trouble.ts";

const COMMANDS: CommandTable = {
  init: {
    summary: "新建密钥库，放入平台需要的密钥",
    load: async () => explained((await import("./store_init.ts")).initStore),
  },
  "add-missing": {
    summary: "给旧的密钥库补上后来才有的密钥（终端线路、审计、行标签）",
    load: async () => explained((await import("./store_add_missing.ts")).addMissing),
  },
  enter: {
    summary: "录入别处给的密钥（银行卡主机的主密钥等），分两段",
    load: async () => explained((await import("./store_enter.ts")).enterKey),
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
