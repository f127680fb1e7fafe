import type { Kysely } from "kysely";
import { findOrganisation } from "../server/modules/access/find_organisation.ts";
import { orderHeads } from "../server/modules/checkout/order_states.ts";
import { type HeldParts, heldParts } from "../server/modules/ledger/held_parts.ts";
import { listOpenHolds, OPEN_HOLDS_MAX } from "../server/modules/ledger/open_holds.ts";
import { loadConfig } from "../server/platform/config.ts";
import { formatYuan } from "../server/platform/money.ts";
import type { Tables } from "../server/schema.ts";
import { type ExitCode, print, readOptions } from "./command.ts";
import { openConfigured } from "./database.ts";

const HELP = `用法: yikatong holds [--config <文件>]

列出钱已动（患者付过款，或医保结算过）、HIS 尚未入账也未退回的订单，和 HIS 已退、钱还没有退完的退费，
最久的在前（至多 ${OPEN_HOLDS_MAX} 笔）：单号、机构、金额、多久、是谁的钱。
平台自己会继续查询、入账或退回；等待很久的，在管理台按单号查订单。`;

const MINUTE_MS = 60_000;

export async function holds(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, { help: HELP, options: { config: { type: "string" } } });
  if (!options) return 0;
  const config = await loadConfig(options.config === undefined ? {} : { file: options.config });
  await using opened = await openConfigured(config, 1);
  const lines = await holdLines(opened.db, new Date());
  if (lines.length === 0) print("没有挂账的订单");
  for (const line of lines) print(line);
  return 0;
}

/** Oldest first, by the numbers and names that stand on slips and doors. */
export async function holdLines(db: Kysely<Tables>, now: Date): Promise<string[]> {
  const open = await listOpenHolds({ db }, now);
  const orderIds = open.map(({ orderId }) => orderId);
  const heads = await orderHeads(db, orderIds);
  const partsOf = await heldParts(db, orderIds);
  const names = await namesOf(db, open.map(({ institutionId }) => institutionId));
  return open.map(({ orderId, institutionId, amountFen, ageMs }) => {
    const head = heads.get(orderId);
    return [
      head?.number ?? orderId,
      names.get(institutionId) ?? institutionId,
      `${formatYuan(amountFen)} 元`,
      `${Math.floor(ageMs / MINUTE_MS)} 分钟`,
      head?.kind === "refund" ? "HIS 已退，钱还没有退完" : whose(partsOf(orderId)),
    ].join("  ");
  });
}

async function namesOf(
  db: Kysely<Tables>,
  institutionIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for (const id of new Set(institutionIds)) {
    const institution = await findOrganisation({ db }, id);
    if (institution) names.set(id, institution.name);
  }
  return names;
}

function whose({ cashFen, insuranceFen }: HeldParts): string {
  if (cashFen <= 0n) return "医保已结算，患者没有付款";
  const paid = `患者已付 ${formatYuan(cashFen)} 元`;
  return insuranceFen <= 0n ? paid : `${paid}，医保已结算 ${formatYuan(insuranceFen)} 元`;
}
