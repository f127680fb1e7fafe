import { checkLegs } from "../../server/modules/checkout/check/check_legs.ts";
import { type BookDifference, checkBooks } from "../../server/modules/ledger/check/check_books.ts";
import { loadConfig } from "../../server/platform/config.ts";
import { formatYuan } from "../../server/platform/money.ts";
import { type ExitCode, print, readOptions, UsageError } from "../command.ts";
import { openConfigured } from "../database.ts";

const HELP = `用法: yikatong ledger check [--days <天数>] [--config <文件>]

由分录重算每笔挂账和每个已日结营业日的余额，由订单的各步骤、渠道的付款和退款流水重算分录，
列出每一处不一致。
默认查最近 62 天。只读，不改任何数据；有不一致时返回 1。`;

const DAYS = 62;
const DAYS_MAX = 4_000;
const DAY_MS = 86_400_000;

const KINDS: Readonly<Record<BookDifference["kind"], string>> = {
  hold: "挂账与分录不符",
  day_balance: "日余额与分录不符",
  leg: "分录与订单不符",
  payment: "分录与渠道流水不符",
};

export async function check(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: { config: { type: "string" }, days: { type: "string", default: String(DAYS) } },
  });
  if (!options) return 0;
  const days = Number(options.days);
  if (!Number.isInteger(days) || days < 1 || days > DAYS_MAX) {
    throw new UsageError(`--days 应为 1 到 ${DAYS_MAX} 的整数。`);
  }
  const since = new Date(Date.now() - days * DAY_MS);
  const config = await loadConfig(options.config === undefined ? {} : { file: options.config });
  await using opened = await openConfigured(config, 1);
  const { db } = opened;
  const differences = [...await checkBooks({ db }, since), ...await checkLegs({ db }, since)];
  for (const { kind, where, expected, found } of differences) {
    print(`${KINDS[kind]}  ${where}  应为 ${formatYuan(expected)}，实为 ${formatYuan(found)}`);
  }
  print(differences.length === 0 ? "账目一致" : `共 ${differences.length} 处不一致`);
  return differences.length === 0 ? 0 : 1;
}
