import { reasonOf } from "../../server/platform/errors.ts";
import { complain, type ExitCode, print, readArguments, StartError } from "../command.ts";
import { findBackups, type FoundBackup, readBackup } from "./find_backups.ts";
import { KINDS } from "./layout.ts";
import { describeBackup } from "./manifest.ts";
import { openBackup, type OpenedBackup } from "./opened.ts";
import { openRecipientKey, type PrivateKeyOf } from "./recipients.ts";
import { verifyInside, verifyOutside } from "./verify_backup.ts";

const HELP = `用法: yikatong backup verify [选项] [备份目录]

核对备份的签名（配置了 backup.signer 时）和 SM3；不写备份目录时逐个核对全部。给出私钥时再解密，
逐个文件核对内容，明文不落盘。

  --key <文件>            接收者的 PEM 私钥
  --password-file <文件>  私钥的口令；不写时在键盘输入
  --config <文件>         TOML 配置文件（也可用 YIKATONG_CONFIG）；环境变量优先

退出码：0 都完好，1 有一个不能使用。这不能代替恢复演练（yikatong restore --drill）。`;

export async function verify(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 1,
    options: {
      key: { type: "string" },
      "password-file": { type: "string" },
      config: { type: "string" },
    },
  });
  if (!read) return 0;
  const { values, files: [folder] } = read;
  using opened = await openBackup(values.config);
  const backups = folder === undefined ? await allBackups(opened) : [await readBackup(folder)];
  if (backups.length === 0) throw new StartError(`"${opened.settings.folder}" 里没有备份`);
  using key = values.key === undefined ? null : await openRecipientKey(opened.engine, {
    path: values.key,
    passwordFile: values["password-file"],
  });
  let broken = 0;
  for (const backup of backups) {
    const trouble = await troubleOf(opened, backup, key?.of ?? null);
    if (trouble === null) print(`完好  ${describeBackup(backup.manifest)}`);
    else complain(`损坏  ${describeBackup(backup.manifest)}：${trouble}`);
    broken += trouble === null ? 0 : 1;
  }
  return broken === 0 ? 0 : 1;
}

async function allBackups({ settings }: OpenedBackup): Promise<FoundBackup[]> {
  const found: FoundBackup[] = [];
  for (const kind of KINDS) found.push(...await findBackups(settings, kind));
  return found;
}

async function troubleOf(
  opened: OpenedBackup,
  backup: FoundBackup,
  keyOf: PrivateKeyOf | null,
): Promise<string | null> {
  try {
    await verifyOutside(opened, backup);
    if (keyOf) await verifyInside(opened, backup, keyOf);
    return null;
  } catch (thrown) {
    if (!(thrown instanceof StartError)) throw thrown;
    return reasonOf(thrown);
  }
}
