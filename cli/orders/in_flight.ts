import type { OrderState } from "../../server/modules/checkout/contract.ts";
import { ordersInFlight } from "../../server/modules/checkout/in_flight/in_flight.ts";
import { type ExitCode, print, readOptions } from "../command.ts";
import { withFleet } from "../admin/fleet_database.ts";
import { institutionNamed } from "./institution.ts";

const HELP = `用法: yikatong orders in-flight --institution <机构编码> [--config <文件>]

列出一个机构还没办完的订单和退费：各状态多少笔，最久的一笔开始多久了。只读。
全部办完时返回 0，还有没办完的返回 1：切换 HIS、医保通道或商户以前等它返回 0。`;

const MINUTE_MS = 60_000;

const STATES: Readonly<Record<OrderState, string>> = {
  drafted: "正在核价",
  priced: "已核价",
  presettled: "等患者确认",
  confirmed: "等患者付款",
  collecting: "正在收款",
  settling: "正在医保结算",
  fulfilling: "HIS 正在入账",
  completed: "已完成",
  unwinding: "正在退回",
  unwound: "已退回",
  needs_attention: "等人工处理",
};

export async function inFlight(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: { institution: { type: "string" }, config: { type: "string" } },
  });
  if (!options) return 0;
  return await withFleet(options.config, async ({ db, clock }) => {
    const institution = await institutionNamed(db, options.institution);
    const found = await ordersInFlight(db, [institution.id]);
    const now = clock.now().getTime();
    for (const { state, count, oldestAt } of found) {
      const minutes = Math.floor((now - oldestAt.getTime()) / MINUTE_MS);
      print(`${STATES[state]}  ${count} 笔，最久的 ${minutes} 分钟`);
    }
    print(
      found.length === 0 ? `${institution.name}：没有没办完的订单` : `${institution.name}：未办完`,
    );
    return found.length === 0 ? 0 : 1;
  });
}
