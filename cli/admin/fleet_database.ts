import type { Kysely } from "kysely";
import { type Clock, SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { loadConfig } from "../../server/platform/config.ts";
import type { Tables } from "../../server/schema.ts";
import { StartError } from "../command.ts";
import { openConfigured } from "../database.ts";

export interface FleetDatabase {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
}

const UNDEFINED_TABLE = "42P01";

/** Runs work on the database the configuration names. */
export async function withFleet<Value>(
  configFile: string | undefined,
  work: (fleet: FleetDatabase) => Promise<Value>,
): Promise<Value> {
  const config = await loadConfig(configFile === undefined ? {} : { file: configFile });
  await using opened = await openConfigured(config, 1);
  try {
    return await work({ db: opened.db, clock: SYSTEM_CLOCK });
  } catch (thrown) {
    const isOld = thrown instanceof Error && "code" in thrown && thrown.code === UNDEFINED_TABLE;
    if (!isOld) throw thrown;
    throw new StartError("数据库结构不是这个版本的：先执行 yikatong migrate", { cause: thrown });
  }
}
