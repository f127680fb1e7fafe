import { shellActor } from "../../server/modules/audit/actor.ts";
import type { AuditWriter } from "../../server/modules/audit/record_events.ts";
import {
  hurryOrders,
  type HurryOrdersDeps,
} from "../../server/modules/checkout/in_flight/hurry_orders.ts";
import { TerminalSites } from "../../server/modules/fleet/terminal_site.ts";
import { SILENT_LOG } from "../../server/platform/log.ts";
import { createRowTags } from "../../server/platform/row_tags.ts";
import { type ExitCode, print, readOptions } from "../command.ts";
import { readApprover } from "../admin/approver.ts";
import { withAuditedFleet } from "../admin/audited_fleet.ts";
import type { FleetDatabase } from "../admin/fleet_database.ts";
import type { SmProvider } from "../../crypto/provider.ts";
import { institutionNamed } from "./institution.ts";

const HELP = `用法: yikatong orders ask-again --institution <机构编码> --by <姓名> [选项]

一个机构还没办完的订单和退费，不等各自的时间表，由平台的后台任务立即向 HIS、医保和渠道查询一遍。
可以反复执行；每笔都记入审计记录。只查询，不关闭订单。
要有密钥库：在平台机器上，用平台的运行用户和 serve 的配置执行。

  --by <姓名>               谁经手的，记入审计记录
  --config <文件>           TOML 配置文件（也可用 YIKATONG_CONFIG）；环境变量优先
  --insecure-development    用开发密钥，仅限没有真实数据的环境`;

export async function askAgain(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: {
      institution: { type: "string" },
      by: { type: "string" },
      config: { type: "string" },
      "insecure-development": { type: "boolean" },
    },
  });
  if (!options) return 0;
  const actor = shellActor(readApprover(options.by));
  await withAuditedFleet(options, async (fleet) => {
    const { id, name } = await institutionNamed(fleet.db, options.institution);
    const deps = hurryDeps(fleet);
    let after: string | null = null;
    do {
      const done = await hurryOrders(deps, { institutionIds: [id], after, actor });
      print(`${name}：立即查询 ${done.hurried} 笔，正在办理不用催的 ${done.left} 笔`);
      if (done.changed > 0) print(`另有 ${done.changed} 笔的数据被绕过平台改动过，须人工处理`);
      after = done.next;
    } while (after !== null);
  });
  return 0;
}

function hurryDeps(
  { db, clock, audit, provider }: FleetDatabase & {
    readonly audit: AuditWriter;
    readonly provider: SmProvider;
  },
): HurryOrdersDeps {
  const tags = createRowTags(provider);
  const sites = new TerminalSites({ db, clock, audit, rowTags: tags, log: SILENT_LOG });
  return {
    db,
    clock,
    tags,
    audit,
    async rulesAt({ terminalId }) {
      const { settings } = await sites.get(terminalId);
      return {
        profile: settings.get("checkout.profile"),
        schedules: settings.get("payment.schedules"),
      };
    },
  };
}
