import { type CommandTable, type ExitCode, runCommand } from "./command.ts";
import { explained } from "./crypto_trouble.ts";

const COMMANDS: CommandTable = {
  generate: {
    summary: "生成 SM2 密钥，私钥加密保存",
    load: async () => explained((await import("./key/generate.ts")).generate),
  },
  show: {
    summary: "显示公钥、指纹、证书内容，或列出密钥库（从不显示密钥本身）",
    load: async () => explained((await import("./key/show.ts")).show),
  },
  request: {
    summary: "生成证书请求（CSR）",
    load: async () => explained((await import("./key/request.ts")).request),
  },
  seal: {
    summary: "把未加密的 PEM 私钥用口令加密",
    load: async () => explained((await import("./key/seal.ts")).seal),
  },
  unseal: {
    summary: "把加密的 PEM 私钥解密",
    load: async () => explained((await import("./key/unseal.ts")).unseal),
  },
  rotate: {
    summary: "给密钥库中的一种密钥增加新版本",
    load: async () => explained((await import("./key/rotate.ts")).rotate),
  },
  "pad-master": {
    summary: "密码键盘的主密钥：生成、灌装、确认",
    load: async () => (await import("./key/pad_master.ts")).padMaster,
  },
  store: {
    summary: "建立平台的密钥库，换它的口令",
    load: async () => (await import("./key/store.ts")).store,
  },
};

/** Keys as files and the platform's key store, for operators. */
export function key(args: readonly string[]): Promise<ExitCode> {
  return runCommand(COMMANDS, args, "yikatong key");
}
