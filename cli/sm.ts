import { type CommandTable, type ExitCode, runCommand } from "./command.ts";
import { explained } from "./crypto_trouble.ts";

const COMMANDS: CommandTable = {
  digest: {
    summary: "SM3 摘要和 HMAC-SM3，按清单核对",
    load: async () => explained((await import("./sm/digest.ts")).digest),
  },
  sign: {
    summary: "SM2 签名",
    load: async () => explained((await import("./sm/sign.ts")).sign),
  },
  verify: {
    summary: "验证 SM2 签名",
    load: async () => explained((await import("./sm/verify.ts")).verify),
  },
  encrypt: {
    summary: "加密文件：给公钥的持有者、用口令，或与 openssl 互通的格式",
    load: async () => explained((await import("./sm/encrypt.ts")).encrypt),
  },
  decrypt: {
    summary: "解密文件",
    load: async () => explained((await import("./sm/decrypt.ts")).decrypt),
  },
};

/** National cryptography on files, for operators and for working with other parties' tools. */
export function sm(args: readonly string[]): Promise<ExitCode> {
  return runCommand(COMMANDS, args, "yikatong sm");
}
