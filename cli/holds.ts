import { listOpenHolds, OPEN_HOLDS_MAX } from "../server/modules/ledger/open_holds.ts";
import { loadConfig } from "../server/platform/config.ts";
import { formatYuan } from "../server/platform/money.ts";
import { type ExitCode, print, readOptions } from "./command.ts";
import { openConfigured } from "./database.ts";

const HELP = `用法: yikatong holds [--config <文件>]

列出钱已收、HIS 尚未入账也未退回的订单，最久的在前（至多 ${OPEN_HOLDS_MAX} 笔）。
平台自己会继续查询、入账或退回；等待很久的请对照 checkout_attempt 的最后一次答复。`;

const MINUTE_MS = 60_000;

export async function holds(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, { help: HELP, options: { config: { type: "string" } } });
  if (!options) return 0;
  const config = await loadConfig(options.config === undefined ? {} : { file: options.config });
  await using opened = await openConfigured(config, 1);
  const { db } = opened;
  const open = await listOpenHolds({ db }, new Date());
  if (open.length === 0) print("没有挂账的订单");
  for (const hold of open) {
    const minutes = Math.floor(hold.ageMs / MINUTE_MS);
    print(`${hold.orderId}  ${formatYuan(hold.amountFen).padStart(12)} 元  ${minutes} 分钟`);
  }
  return 0;
}
