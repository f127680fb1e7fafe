import { wipe } from "../../crypto/bytes.ts";
import { COLUMN_DATA_KEY, COLUMN_INDEX_KEY } from "../../crypto/envelope.ts";
import { LINE_AGREE_KEY, LINE_SIGN_KEY, LINE_WRAP_KEY } from "../../server/platform/signed_line.ts";
import { type ExitCode, printDone, readArguments, UsageError } from "../command.ts";
import { COLUMN_KEYS, LADDER_KEYS, LINE_KEYS, MOBILE_KEYS, PROOF_KEYS } from "./platform_specs.ts";
import { createStore } from "./store_file.ts";
import { describeKeys, newStoredKey, STORED_KEYS_HELP } from "./stored_keys.ts";

const HELP = `用法: yikatong key store init --store <密钥库> [选项]

新建密钥库（用口令加密，0600），放入平台需要的密钥，并列出：
  ${COLUMN_DATA_KEY}   加密数据库里的姓名、证件号等
  ${COLUMN_INDEX_KEY}  按证件号等查找用的盲索引
  ${LINE_SIGN_KEY}     终端认出平台的签名密钥（SM2）
  ${LINE_AGREE_KEY}    与终端协商会话密钥（SM2）
  ${LINE_WRAP_KEY}     加密保存终端会话的密钥
  audit-tag、audit-sign、row-tag  审计记录的标签和签名、数据行的标签
  program-wrap、program-token  加密保存程序账号的密钥、签发程序账号的短期令牌
丢失密钥库或口令，就再也读不出这些数据：请立即备份，口令另外保管。已有的密钥库不能覆盖。

  --store <密钥库>        写到哪里
  --password-file <文件>  口令，文件的唯一一行，至少 8 个字符；不写时在键盘输入两次

${STORED_KEYS_HELP}

例:
  yikatong key store init --store /etc/yikatong/keys --password-file /etc/yikatong/keys.password`;

export async function initStore(args: readonly string[]): Promise<ExitCode> {
  const read = readArguments(args, {
    help: HELP,
    filesMax: 0,
    options: { store: { type: "string" }, "password-file": { type: "string" } },
  });
  if (!read) return 0;
  const { store, "password-file": passwordFile } = read.values;
  if (store === undefined) throw new UsageError("缺少 --store <密钥库>。加 --help 看说明。");
  const specs = [...COLUMN_KEYS, ...LINE_KEYS, ...PROOF_KEYS, ...LADDER_KEYS, ...MOBILE_KEYS];
  const keys = specs.map((spec) => newStoredKey(spec, 1));
  await createStore(store, passwordFile, keys);
  const lines = describeKeys(keys);
  wipe(...keys.map(({ bytes }) => bytes));
  printDone(lines, "列表");
  return 0;
}
