import { type CommandTable, type ExitCode, runCommand } from "./command.ts";
import { explained } from "./crypto_trouble.ts";

const COMMANDS: CommandTable = {
  sign: {
    summary: "给发布清单加上一个签名方的 SM2 签名",
    load: async () => explained((await import("./release/sign.ts")).sign),
  },
  verify: {
    summary: "核对发布：签名、每个文件、序号和期限",
    load: async () => explained((await import("./release/verify.ts")).verify),
  },
  show: {
    summary: "显示发布清单和签名，不作判断",
    load: async () => explained((await import("./release/show.ts")).show),
  },
};

/** Releases as a build leaves them: who vouches for them, and whether they are whole. */
export function release(args: readonly string[]): Promise<ExitCode> {
  return runCommand(COMMANDS, args, "yikatong release");
}
