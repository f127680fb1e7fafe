import { complain, type ExitCode, printDone, readArguments, UsageError } from "../command.ts";
import { COLUMN_KEYS, LADDER_KEYS, LINE_KEYS, MOBILE_KEYS, PROOF_KEYS } from "./platform_specs.ts";
import { changeStore } from "./store_file.ts";
import { describeKeys, newStoredKey, STORED_KEYS_HELP } from "./stored_keys.ts";

/** Not those of columns: a store without them is another database's, and new ones would open nothing. */
const ADDED = [...LINE_KEYS, ...PROOF_KEYS, ...LADDER_KEYS, ...MOBILE_KEYS];

const HELP = `用法: yikatong key store add-missing --store <密钥库> [选项]

给较早版本建立的密钥库补上后来才有的密钥：${ADDED.map(({ label }) => label).join("、")}。
已有的不改动。完成后列出密钥库，请重新备份，复制到每一台平台机器，再逐台重新启动。只在一台机器上
执行一次：各自执行会得到不同的密钥，终端换一台平台就接不上，审计链会被当作伪造。

  --store <密钥库>        哪个密钥库
  --password-file <文件>  密钥库的口令，文件的唯一一行；不写时在键盘输入

${STORED_KEYS_HELP}

例:
  yikatong key store add-missing --store /etc/yikatong/keys`;

export async function addMissing(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 0,
    options: { store: { type: "string" }, "password-file": { type: "string" } },
  });
  if (!read) return 0;
  const { store, "password-file": passwordFile } = read.values;
  if (store === undefined) throw new UsageError("缺少 --store <密钥库>。加 --help 看说明。");
  let lines: readonly string[] = [];
  let added = 0;
  await changeStore(store, passwordFile, (keys) => {
    const labels = new Set(keys.map(({ label }) => label));
    const missing = ADDED.filter(({ label }) => !labels.has(label));
    const changed = [...keys, ...missing.map((spec) => newStoredKey(spec, 1))];
    lines = describeKeys(changed);
    added = missing.length;
    if (COLUMN_KEYS.some(({ label }) => !labels.has(label))) {
      complain("注意：缺少加密数据库列的密钥，它们不能补，只能恢复原来的密钥库");
    }
    return changed;
  });
  if (added === 0) complain("密钥已经齐全，没有改动");
  printDone(lines, "列表");
  return 0;
}
