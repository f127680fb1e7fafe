import { type ExitCode, printDone, readArguments, UsageError } from "../command.ts";
import { changePassword } from "./store_file.ts";

const HELP = `用法: yikatong key store password --store <密钥库> [选项]

换密钥库的口令；密钥不变，已加密的数据照常可读。旧的备份仍用旧口令。之后请重新备份，
并把平台配置的口令文件换成新口令，否则平台下次启动时打不开密钥库。

  --store <密钥库>            哪个密钥库
  --password-file <文件>      现在的口令，文件的唯一一行；不写时在键盘输入
  --new-password-file <文件>  新口令，文件的唯一一行，至少 8 个字符；不写时在键盘输入两次

例:
  yikatong key store password --store /etc/yikatong/keys --password-file /etc/yikatong/keys.password \\
    --new-password-file /etc/yikatong/keys.password.new`;

export async function storePassword(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 0,
    options: {
      store: { type: "string" },
      "password-file": { type: "string" },
      "new-password-file": { type: "string" },
    },
  });
  if (!read) return 0;
  const { store, "password-file": now, "new-password-file": next } = read.values;
  if (store === undefined) throw new UsageError("缺少 --store <密钥库>。加 --help 看说明。");
  await changePassword(store, now, next);
  printDone([`密钥库 ${store} 的口令已更换：请重新备份，并更换平台用的口令文件`]);
  return 0;
}
