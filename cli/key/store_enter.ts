import { wipe } from "../../crypto/bytes.ts";
import { keyCheckValue } from "../../crypto/key_check.ts";
import type { StoredKey } from "../../crypto/key_store.ts";
import {
  complain,
  type ExitCode,
  printDone,
  readArguments,
  StartError,
  UsageError,
} from "../command.ts";
import { requireOneStandardInput } from "../files/input.ts";
import { readKeyInParts } from "./key_parts.ts";
import { changeStore } from "./store_file.ts";
import { describeKeys, newStoredKey } from "./stored_keys.ts";

const HELP = `用法: yikatong key store enter --store <密钥库> --label <名称> [选项]

录入别处给的密钥：银行卡主机的主密钥（用途 import），或与密码键盘共用的传输密钥（用途 export）。
密钥分两段，由两人各自录入，任何一人都不知道整个密钥；每段是 32 位十六进制数，两段相异或得到密钥。
同名的密钥已有时增加一个版本。完成后列出密钥库，请核对校验值、重新备份、复制到每一台平台机器。

  --store <密钥库>        哪个密钥库
  --label <名称>          例如 card-host-master
  --usage <用途>          import（默认）或 export
  --algorithm <算法>      sm4（默认）或 tdes
  --check <校验值>        对方给的校验值，6 到 16 位十六进制数；不符时不写入
  --first-file <文件>     第一段，文件的唯一一行；不写时在键盘输入，不回显
  --second-file <文件>    第二段，同上
  --password-file <文件>  密钥库的口令，文件的唯一一行；不写时在键盘输入

例:
  yikatong key store enter --store /etc/yikatong/keys --label card-host-master --check 2677F46B`;

const CHECK = /^([0-9A-Fa-f]{2}){3,8}$/;

export async function enterKey(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, { help: HELP, filesMax: 0, options: OPTIONS });
  if (!read) return 0;
  const { store, label, check, ...given } = read.values;
  if (store === undefined) throw new UsageError("缺少 --store <密钥库>。加 --help 看说明。");
  if (label === undefined) throw new UsageError("缺少 --label <名称>。加 --help 看说明。");
  if (check !== undefined && !CHECK.test(check)) {
    throw new UsageError("--check 应是 6 到 16 位十六进制数");
  }
  const kind = { algorithm: algorithmOf(given.algorithm), usage: usageOf(given.usage) };
  const files = [given["first-file"], given["second-file"]] as const;
  requireOneStandardInput(...files, given["password-file"]);
  const bytes = await readKeyInParts(files);
  try {
    requireCheck(keyCheckValue(kind.algorithm, bytes), check);
    const lines = await add(store, given["password-file"], { label, ...kind, bytes });
    printDone(lines, "列表");
    return 0;
  } finally {
    wipe(bytes);
  }
}

const OPTIONS = {
  store: { type: "string" },
  label: { type: "string" },
  usage: { type: "string" },
  algorithm: { type: "string" },
  check: { type: "string" },
  "first-file": { type: "string" },
  "second-file": { type: "string" },
  "password-file": { type: "string" },
} as const;

function algorithmOf(text = "sm4"): "sm4" | "tdes" {
  if (text === "sm4" || text === "tdes") return text;
  throw new UsageError("--algorithm 应是 sm4 或 tdes");
}

function usageOf(text = "import"): "import" | "export" {
  if (text === "import" || text === "export") return text;
  throw new UsageError("--usage 应是 import 或 export");
}

function requireCheck(own: Uint8Array, told: string | undefined): void {
  if (told === undefined) return complain("没有给 --check：请与对方核对列表里的校验值");
  if (own.toHex().startsWith(told.toLowerCase())) return;
  throw new StartError("校验值不符：两段中有一段录错了，没有写入");
}

async function add(
  store: string,
  passwordFile: string | undefined,
  entered: Pick<StoredKey, "label" | "algorithm" | "usage" | "bytes">,
): Promise<readonly string[]> {
  let lines: readonly string[] = [];
  await changeStore(store, passwordFile, (keys) => {
    const versions = keys.filter(({ label }) => label === entered.label);
    if (versions.some(({ usage }) => usage !== entered.usage)) {
      throw new StartError(`密钥库里的 "${entered.label}" 是另一种用途，没有写入`);
    }
    const version = Math.max(0, ...versions.map((key) => key.version)) + 1;
    const { label, algorithm, usage } = entered;
    const made = newStoredKey({ label, algorithm, usage, leaves: "never" }, version);
    const changed = [...keys, { ...made, bytes: entered.bytes.slice() }];
    lines = describeKeys(changed);
    return changed;
  });
  return lines;
}
