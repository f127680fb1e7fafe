import { COLUMN_INDEX_KEY } from "../../crypto/envelope.ts";
import type { StoredKey } from "../../crypto/key_store.ts";
import {
  complain,
  type ExitCode,
  printDone,
  readArguments,
  StartError,
  UsageError,
} from "../command.ts";
import { changeStore } from "./store_file.ts";
import { describeKeys, newStoredKey, STORED_KEYS_HELP } from "./stored_keys.ts";

const HELP = `用法: yikatong key rotate --store <密钥库> --label <名称> [选项]

给密钥库中的一种密钥增加新版本，以后的数据用新版本；旧版本留着，读旧数据。完成后列出密钥库，
请重新备份。平台重新启动后使用新版本。

  --store <密钥库>        哪个密钥库
  --label <名称>          哪一种，如 column-data；yikatong key show --store 列出全部
  --password-file <文件>  密钥库的口令，文件的唯一一行；不写时在键盘输入

${STORED_KEYS_HELP}

例:
  yikatong key rotate --store /etc/yikatong/keys --label column-data`;

export async function rotate(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 0,
    options: {
      store: { type: "string" },
      label: { type: "string" },
      "password-file": { type: "string" },
    },
  });
  if (!read) return 0;
  const { store, label, "password-file": passwordFile } = read.values;
  if (store === undefined || label === undefined) {
    throw new UsageError("要有 --store <密钥库> 和 --label <名称>。加 --help 看说明。");
  }
  let lines: readonly string[] = [];
  await changeStore(store, passwordFile, (keys) => {
    const changed = [...keys, nextVersion(keys, label)];
    lines = describeKeys(changed);
    return changed;
  });
  if (label === COLUMN_INDEX_KEY) complain(INDEX_NOTE);
  printDone(lines, "列表");
  return 0;
}

const INDEX_NOTE = "注意：盲索引的新版本要等全部索引重算后才使用，在那之前平台仍用第 1 版";

function nextVersion(keys: readonly StoredKey[], label: string): StoredKey {
  const versions = keys.filter((key) => key.label === label);
  const newest = versions.toSorted((left, right) => left.version - right.version).at(-1);
  if (newest) return newStoredKey(newest, newest.version + 1);
  const labels = [...new Set(keys.map((key) => key.label))].join("、");
  throw new StartError(`密钥库里没有 "${label}"：有 ${labels}`);
}
