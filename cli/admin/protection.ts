import { createAuditWriter } from "../../server/modules/audit/record_events.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { loadConfig } from "../../server/platform/config.ts";
import { Metrics } from "../../server/platform/metrics.ts";
import { pauseFor } from "../../server/platform/pause.ts";
import { createRowTags } from "../../server/platform/row_tags.ts";
import { findLastRun, type UpkeepKind } from "../../server/platform/upkeep.ts";
import type { UpkeepRunView } from "../../server/protection/contract.ts";
import { viewOf } from "../../server/protection/protection.ts";
import { type ProtectionDeps, workProtection } from "../../server/protection/upkeep_works.ts";
import { complain, print } from "../command.ts";
import { openConfiguredKeys } from "../platform_keys.ts";
import { withFleet } from "./fleet_database.ts";

/** Between rounds, so that a platform that serves meanwhile is not held up. */
const ROUND_PAUSE_MS = 50;

export const PROTECTION_OPTIONS = {
  by: { type: "string" },
  status: { type: "boolean" },
  config: { type: "string" },
  "insecure-development": { type: "boolean" },
} as const;

interface ProtectionValues {
  readonly config?: string | undefined;
  readonly "insecure-development"?: boolean | undefined;
}

/** The database and the keys a pass over it takes. */
export async function withProtection<Value>(
  values: ProtectionValues,
  work: (deps: ProtectionDeps) => Promise<Value>,
): Promise<Value> {
  const { config: file, "insecure-development": insecureDevelopment = false } = values;
  const config = await loadConfig(file === undefined ? {} : { file });
  await using keys = await openConfiguredKeys(config, { insecureDevelopment });
  const { provider, sealer } = keys;
  return await withFleet(file, ({ db }) =>
    work({
      db,
      clock: SYSTEM_CLOCK,
      sealer,
      rowTags: createRowTags(provider),
      audit: createAuditWriter({ clock: SYSTEM_CLOCK, provider }),
      metrics: new Metrics(),
    }));
}

/** Works on the pass under way until it has ended or somebody pauses it; tells of each round. */
export async function finishPass(deps: ProtectionDeps, kind: UpkeepKind): Promise<UpkeepRunView> {
  const never = new AbortController().signal;
  let told = "";
  while (true) {
    await workProtection(deps, kind);
    const run = await findLastRun(deps.db, kind);
    if (!run) throw new Error(`Cannot find the ${kind} that was started`);
    const view = viewOf(run);
    if (view.state !== "running") return view;
    const line = `  ${view.tablesDone}/${view.tablesTotal} 张表，${view.rows} 行`;
    if (line !== told) complain(line);
    told = line;
    await pauseFor(ROUND_PAUSE_MS, never);
  }
}

const STATES: Readonly<Record<UpkeepRunView["state"], string>> = {
  running: "进行中",
  paused: "已暂停",
  cancelled: "已取消",
  done: "已完成",
};

export function printRun(run: UpkeepRunView | null): void {
  if (!run) return print("还没有执行过");
  print(
    `${STATES[run.state]}：${run.tablesDone}/${run.tablesTotal} 张表，${run.rows} 行，` +
      `${run.broken} 行有问题；由 ${run.startedBy} 开始于 ${run.startedAt}`,
  );
}
